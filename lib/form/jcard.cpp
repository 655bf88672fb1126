#include "form/json_reader.hpp"
#include "form/vcard.hpp"
#include "form/vcard_lines.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <utility>

/// jCard, RFC 7095: ["vcard", [[name, {parameters}, type, value…], …]], alone or in an array of
/// them.
namespace crm::form {
namespace {

struct NoCard {};  ///< thrown within this file

/// A string, number or word; what has parts, and null, is empty.
std::string simple(JsonReader& in) {
    switch (in.next()) {
        case JsonReader::Kind::text:
            return in.text();
        case JsonReader::Kind::number:
        case JsonReader::Kind::boolean:
            return std::string(in.skip());
        default:
            in.skip();
            return "";
    }
}

/// What `one` appends for a value, or for each element of an array, with `separator` between them.
template <class F>
void each(JsonReader& in, char separator, std::string& out, F&& one) {
    if (in.next() != JsonReader::Kind::array)
        return one();
    bool first = true;
    in.array([&] {
        if (!std::exchange(first, false))
            out += separator;
        one();
    });
}

void append_value(JsonReader& in, bool uri, std::string& out) {
    const bool structured = in.next() == JsonReader::Kind::array;
    each(in, ';', out, [&] {
        each(in, ',', out, [&] {
            const std::string text = simple(in);
            out += uri && !structured ? text : escaped(text);
        });
    });
}

void add_parameters(JsonReader& in, Property& p) {
    if (in.next() != JsonReader::Kind::object)
        return void(in.skip());
    in.object([&](const std::string& name) {
        const std::string upper = upper_ascii(name);
        const auto add = [&] {
            std::string text = simple(in);
            if (text.empty())
                return;
            if (upper == "GROUP")
                p.group = std::move(text);
            else
                p.parameters.push_back({upper, std::move(text)});
        };
        if (in.next() == JsonReader::Kind::array)
            in.array(add);
        else
            add();
    });
}

void add_json_property(JsonReader& in, Card& card) {
    if (in.next() != JsonReader::Kind::array)
        return void(in.skip());
    Property p;
    p.line = card.line;
    bool uri = false;
    std::size_t i = 0;
    in.array([&] {
        switch (i++) {
            case 0:
                p.name = upper_ascii(simple(in));
                break;
            case 1:
                add_parameters(in, p);
                break;
            case 2:
                uri = simple(in) == "uri";
                if (uri)
                    p.parameters.push_back({"VALUE", "uri"});
                break;
            default:
                if (i > 4)
                    p.value += ',';
                append_value(in, uri, p.value);
        }
    });
    if (i < 4 || p.name.empty())
        return;
    if (p.value.size() > (uri ? ContentLines::most_binary : ContentLines::most_text))
        return card.refuse(std::string(too_long_value));
    if (p.name == "VERSION")
        card.version = 40;
    else
        card.properties.push_back(std::move(p));
}

}  // namespace

Expected<void> read_jcards(std::string_view json, const CardSink& sink) {
    JsonReader in(json);
    long line = 1;
    std::size_t counted = 0;
    const auto here = [&] {
        line += std::count(json.begin() + static_cast<std::ptrdiff_t>(counted),
                           json.begin() + static_cast<std::ptrdiff_t>(in.at()), '\n');
        counted = in.at();
        return line;
    };
    // The two elements of a card.
    const auto element = [&](std::size_t i) {
        if (i == 0 && in.next() == JsonReader::Kind::text && in.text() == "vcard")
            return;
        if (i != 1 || in.next() != JsonReader::Kind::array)
            throw NoCard();
        Card card;
        card.line = here();
        card.version = 40;
        in.array([&] { add_json_property(in, card); });
        sink.card(std::move(card));
        if (sink.progress)
            sink.progress(in.at());
    };
    const auto refused = [&](std::string why) -> Expected<void> {
        Error error(Fault::rejected, "not_jcard", std::move(why));
        error.at = static_cast<std::size_t>(here());
        return std::unexpected(std::move(error));
    };
    try {
        bool alone = false;
        std::size_t i = 0;
        in.array([&] {
            alone = alone || (i == 0 && in.next() == JsonReader::Kind::text);
            if (alone)
                return element(i++);
            std::size_t inner = 0;
            if (in.next() != JsonReader::Kind::array)
                throw NoCard();
            in.array([&] { element(inner++); });
            if (inner != 2)
                throw NoCard();
            ++i;
        });
        if (alone && i != 2)
            throw NoCard();
        in.end();
    } catch (const NoCard&) {
        return refused("this is not a jCard");
    } catch (const Error& error) {
        return refused(error.message);
    }
    return {};
}

}  // namespace crm::form
