#include "form/json_lines.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.hpp"
#include "meta/type.hpp"

namespace crm::form {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

std::string clean(std::string_view s) { return s.find('\0') == std::string_view::npos ? std::string(s) : text::sanitised(s); }

/// A string, number or boolean as the text that assignments use; nothing of what is no single value.
std::optional<std::string> plain(element value) {
    switch (value.type()) {
        case element_type::STRING: return clean(value.get_string().value_unsafe());
        case element_type::BOOL: return value.get_bool().value_unsafe() ? "yes" : "no";
        case element_type::NULL_VALUE: return "";
        case element_type::INT64:
        case element_type::UINT64:
        case element_type::DOUBLE: return simdjson::to_string(value);
        default: return std::nullopt;
    }
}

std::optional<std::string> member(object o, std::string_view key) {
    element value;
    if (o.at_key(key).get(value) != simdjson::SUCCESS) return std::string();
    return plain(value);
}

/// {"id":…,"name":…}: by name, since another store has other numbers.
std::optional<std::string> linked(element value) {
    object o;
    if (value.get_object().get(o) != simdjson::SUCCESS) return plain(value);
    auto name = member(o, "name");
    return name && name->empty() ? member(o, "id") : name;
}

struct Bad {
    std::string why;
};

class Record {
public:
    Record(const meta::Model& model, const meta::Entity& entity, Draft& draft) : model_(model), entity_(entity), draft_(draft) {}

    void read(object o) {
        draft_.noun = entity_.noun;
        draft_.told.reserve(o.size());
        for (const auto& [key, value] : o) tell(key, value);
        // What stands first in a list and in its mirror is one value.
        for (const auto& field : entity_.fields) {
            if (!field.mirror || field.type() == meta::Type::rows) continue;
            const auto list = std::ranges::find(draft_.told, field.name(), &Told::field);
            const auto first = std::ranges::find(draft_.told, field.mirror->name(), &Told::field);
            if (list == draft_.told.end() || first == draft_.told.end()) continue;
            const meta::Item item{first->value, {}};
            list->value = meta::items_text(std::span(&item, 1)) + "; " + list->value;
            draft_.told.erase(first);
        }
    }

private:
    [[noreturn]] static void bad(std::string_view key, std::string_view expected) { throw Bad{fmt::format("{} is not {}", key, expected)}; }

    static std::string must(std::optional<std::string> value, std::string_view key, std::string_view expected) {
        if (!value) bad(key, expected);
        return std::move(*value);
    }

    void tell(std::string_view key, element value) {
        if (value.is_null()) return;
        if (key == "id" || key == "uid") return draft_.tell(std::string(key), must(plain(value), key, "text"));
        const meta::Placed* field = entity_.find(key);
        if (field == nullptr) {
            const auto near = text::nearest(key, entity_.field_names());
            throw Bad{fmt::format("{} has no field '{}'{}{}", entity_.noun, text::visible(text::clipped(key, 60)), near.empty() ? "" : ", ", text::did_you_mean(near))};
        }
        if (field->is(meta::derived)) return;
        if (field->type() == meta::Type::rows) return rows(*field, value);
        if (field->is(meta::many)) return list(*field, value);
        switch (field->type()) {
            case meta::Type::address: return address(*field, value);
            case meta::Type::money: return money(*field, value);
            case meta::Type::link: return link(*field, value);
            default: return draft_.tell(std::string(key), must(plain(value), key, "one value"));
        }
    }

    void link(const meta::Placed& field, element value) {
        std::string name = must(linked(value), field.name(), "an object with id and name");
        if (entity_.noun != "contact" || field.name() != "account") return draft_.tell(std::string(field.name()), std::move(name));
        if (!name.empty()) company().tell("name", std::move(name));
    }

    Draft& company() {
        draft_.account = std::make_unique<Draft>();
        draft_.account->noun = "account";
        return *draft_.account;
    }

    void address(const meta::Placed& field, element value) {
        object parts;
        if (value.get_object().get(parts) != simdjson::SUCCESS) return draft_.tell(std::string(field.name()), must(plain(value), field.name(), "an object"));
        for (const auto& [part, text] : parts) {
            if (std::ranges::find(meta::address_parts(), std::string_view(part)) == meta::address_parts().end()) bad(field.name(), "an object of street, postcode, city, region, country, type");
            draft_.tell(fmt::format("{}.{}", field.name(), std::string_view(part)), must(plain(text), field.name(), "an object of texts"));
        }
    }

    void money(const meta::Placed& field, element value) {
        object parts;
        if (value.get_object().get(parts) != simdjson::SUCCESS) return draft_.tell(std::string(field.name()), must(plain(value), field.name(), "an object"));
        const std::string amount = must(member(parts, "amount"), field.name(), "an object with amount and currency");
        const std::string currency = must(member(parts, "currency"), field.name(), "an object with amount and currency");
        if (!amount.empty()) draft_.tell(std::string(field.name()), currency.empty() ? amount : amount + " " + currency);
    }

    void list(const meta::Placed& field, element value) {
        simdjson::dom::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return draft_.tell(std::string(field.name()), must(plain(value), field.name(), "an array"));
        std::vector<meta::Item> items;
        std::string lines;
        for (const element item : array) {
            object o;
            meta::Item read;
            if (item.get_object().get(o) == simdjson::SUCCESS) {
                read.value = must(member(o, "value"), field.name(), "an array of objects with value");
                const std::string labels = must(member(o, "type"), field.name(), "an array of objects with type");
                for (const auto label : text::split(labels, ','))
                    if (!text::trimmed(label).empty()) read.labels.emplace_back(text::trimmed(label));
                bool primary = false;
                if (o.at_key("primary").get_bool().get(primary) == simdjson::SUCCESS && primary) {
                    items.insert(items.begin(), std::move(read));
                    continue;
                }
            } else {
                read.value = must(plain(item), field.name(), "an array of texts");
            }
            if (read.value.empty()) continue;
            if (field.type() == meta::Type::extra) lines += (lines.empty() ? "" : "\n") + read.value;
            else items.push_back(std::move(read));
        }
        draft_.tell(std::string(field.name()), field.type() == meta::Type::extra ? std::move(lines) : meta::items_text(items));
    }

    /// Rows as `first (role, name value)`. A person's only company goes with the draft, so that it can be made.
    void rows(const meta::Placed& field, element value) {
        simdjson::dom::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return draft_.tell(std::string(field.name()), must(plain(value), field.name(), "an array"));
        std::vector<meta::Item> items;
        std::vector<Told> told;
        for (const element row : array) {
            object o;
            if (row.get_object().get(o) != simdjson::SUCCESS) bad(field.name(), "an array of objects");
            meta::Item item;
            told.clear();
            for (const meta::Placed& inner : field.rows) {
                if (&inner == &field.rows.front() && inner.type() == meta::Type::link) {
                    item.value = must(linked(row), field.name(), "an array of objects with id and name");
                    continue;
                }
                std::string text = must(member(o, inner.name()), field.name(), "an array of flat objects");
                if (text.empty()) continue;
                told.push_back({std::string(inner.name()), text, false, {}});
                if (&inner == &field.rows.front()) item.value = std::move(text);
                else item.labels.push_back(inner.name() == "role" ? std::move(text) : fmt::format("{} {}", inner.name(), text));
            }
            items.push_back(std::move(item));
        }
        if (entity_.noun == "contact" && field.name() == "accounts" && items.size() == 1 && !items[0].value.empty()) {
            company().tell("name", std::move(items[0].value));
            draft_.link = std::move(told);
        } else {
            draft_.tell(std::string(field.name()), meta::items_text(items));
        }
    }

    const meta::Model& model_;
    const meta::Entity& entity_;
    Draft& draft_;
};

/// Cuts a file into records: lines, or the elements of one array.
class Cutter {
public:
    explicit Cutter(std::string_view bytes) : bytes_(bytes) {
        blanks();
        array_ = at_ < bytes_.size() && bytes_[at_] == '[';
        if (array_) ++at_;
    }

    /// The next record, without blanks before it; empty at the end.
    std::string_view next() {
        blanks();
        if (array_ && at_ < bytes_.size() && bytes_[at_] == ',') ++at_, blanks();
        line_ = lines_;
        const std::size_t from = at_;
        if (!array_) {
            at_ = std::min(bytes_.find('\n', at_), bytes_.size());
            return bytes_.substr(from, at_ - from);
        }
        if (at_ < bytes_.size() && bytes_[at_] == ']') {
            ended_ = true, ++at_;
            return {};
        }
        int depth = 0;
        bool quoted = false;
        for (; at_ < bytes_.size(); ++at_) {
            const char c = bytes_[at_];
            if (c == '\n') ++lines_;
            if (quoted) {
                if (c == '\\') ++at_;
                else if (c == '"') quoted = false;
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (depth == 0 && (c == ',' || c == ']')) {
                break;
            } else if (c == '}' || c == ']') {
                --depth;
            }
        }
        at_ = std::min(at_, bytes_.size());
        return bytes_.substr(from, at_ - from);
    }

    long line() const { return line_; }
    std::size_t read() const { return at_; }
    bool cut_short() const { return array_ && !ended_; }

private:
    void blanks() {
        for (; at_ < bytes_.size() && (bytes_[at_] == ' ' || bytes_[at_] == '\n' || bytes_[at_] == '\r' || bytes_[at_] == '\t'); ++at_)
            if (bytes_[at_] == '\n') ++lines_;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    long lines_ = 1, line_ = 1;
    bool array_ = false, ended_ = false;
};

}  // namespace

Expected<void> import_json(std::string_view bytes, const std::string& file, const meta::Model& model, const meta::Entity& entity, Intake& intake) {
    simdjson::dom::parser parser(json_record_limit);
    if (parser.allocate(json_record_limit, json_depth) != simdjson::SUCCESS) return failure(Fault::internal, "memory", "no memory for reading JSON");
    const auto begin = bytes.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return failure(Fault::refused, "empty", fmt::format("{} is empty", file));
    if (bytes[begin] != '{' && bytes[begin] != '[') return failure(Fault::refused, "unknown_format", fmt::format("{} holds no JSON objects", file));
    Cutter cutter(bytes);
    for (std::string_view one = cutter.next(); !one.empty(); one = cutter.next()) {
        const auto trouble = [&](std::string why) {
            intake.trouble({file, cutter.line(), std::move(why), true, one.size() <= json_record_limit ? std::string(one) : std::string()});
        };
        if (one.size() > json_record_limit) {
            trouble("the record is longer than 1 MiB");
            continue;
        }
        element value;
        object o;
        if (const auto error = parser.parse(one.data(), one.size()).get(value); error != simdjson::SUCCESS) {
            trouble(fmt::format("this is no JSON: {}", simdjson::error_message(error)));
            continue;
        }
        if (value.get_object().get(o) != simdjson::SUCCESS) {
            trouble("this is no JSON object");
            continue;
        }
        Draft draft;
        draft.file = file, draft.line = cutter.line();
        try {
            Record(model, entity, draft).read(o);
        } catch (const Bad& bad) {
            trouble(bad.why);
            continue;
        }
        if (draft.account) draft.account->file = file, draft.account->line = draft.line;
        intake.take(std::move(draft));
        intake.progress(cutter.read());
    }
    if (cutter.cut_short()) intake.trouble({file, cutter.line(), "the array is not closed: the file may have been cut off", true, {}});
    return {};
}

Expected<std::vector<std::pair<std::string, std::string>>> json_members(std::string_view text) {
    simdjson::dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(text.size(), 64), json_depth) != simdjson::SUCCESS) return failure(Fault::internal, "memory", "no memory for reading JSON");
    object o;
    if (const auto error = parser.parse(text.data(), text.size()).get_object().get(o); error != simdjson::SUCCESS)
        return failure(Fault::refused, "bad_json", fmt::format("this is no JSON object: {}", simdjson::error_message(error)));
    std::vector<std::pair<std::string, std::string>> members;
    members.reserve(o.size());
    for (const auto& [key, value] : o) members.emplace_back(clean(key), simdjson::to_string(value));
    return members;
}

Expected<std::string> json_text(std::string_view json) {
    simdjson::dom::parser parser;
    std::string_view value;
    if (parser.parse(json.data(), json.size()).get_string().get(value) != simdjson::SUCCESS) return failure(Fault::refused, "bad_json", "this is no JSON string");
    return clean(value);
}

}  // namespace crm::form
