#include "base/text.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

/// Types in words: for `crm fields`, help, man pages and `crm schema`.
namespace crm::meta {
namespace {

struct Row {
    Type type;
    std::string_view name;
    std::string_view help;
    std::string_view schema;  ///< JSON Schema of one value
};

constexpr Row rows[] = {
    {Type::text, "text", "one line of text", R"({"type":"string"})"},
    {Type::prose, "prose", "text, also several lines", R"({"type":"string"})"},
    {Type::email, "email", "an e-mail address", R"({"type":"string"})"},
    {Type::phone, "phone", "a telephone number in any notation", R"({"type":"string"})"},
    {Type::url, "url", "a web address", R"({"type":"string"})"},
    {Type::integer, "integer", "a whole number", R"({"type":"integer"})"},
    {Type::percent, "percent", "0 to 100, with or without %",
     R"({"type":"integer","minimum":0,"maximum":100})"},
    {Type::money, "money", "an amount such as 1200, 10k, 99.50USD",
     R"({"type":"object","properties":{"amount":{"type":"string","pattern":"^-?[0-9]+([.][0-9]+)?$"},"currency":{"type":"string"}},"required":["amount","currency"],"additionalProperties":false})"},
    {Type::boolean, "boolean", "yes or no", R"({"type":"boolean"})"},
    {Type::date, "date", "a day: 2026-11-30, 'next fri', +3bd",
     R"({"type":"string","format":"date"})"},
    {Type::birthday, "birthday", "a day, or --03-07 without the year", R"({"type":"string"})"},
    {Type::duration, "duration", "a duration: 12min, 2h, 10bd, 3mo",
     R"({"type":"string","pattern":"^[0-9]+(s|min|h|d|bd|w|mo|q|y)$"})"},
    {Type::time, "time", "a time of day: 17:00",
     R"({"type":"string","pattern":"^[0-2][0-9]:[0-5][0-9]$"})"},
    {Type::zone, "zone", "a time zone: Europe/Berlin", R"({"type":"string"})"},
    {Type::instant, "instant", "date and time: '2026-11-30 09:00'",
     R"({"type":"string","format":"date-time"})"},
    {Type::recurrence, "recurrence", "weekly, 'every mon,thu', 'every 15th', 'after 3bd', an RRULE",
     R"({"type":"string"})"},
    {Type::choice, "choice", "one of its values", R"({"type":"string"})"},
    {Type::address, "address",
     "'street; postcode; city; region; country; type', or its parts: .city=…",
     R"({"type":"object","properties":{"street":{"type":["string","null"]},"postcode":{"type":["string","null"]},"city":{"type":["string","null"]},"region":{"type":["string","null"]},"country":{"type":["string","null"]},"type":{"type":["string","null"]}},"additionalProperties":false})"},
    {Type::link, "link", "a reference to a record",
     R"({"type":"object","properties":{"id":{"type":"string"},"name":{"type":["string","null"]}},"required":["id","name"],"additionalProperties":false})"},
    {Type::rows, "rows", "entries with several values", R"({"type":"object"})"},
    {Type::extra, "extra", "properties of other programs, one per line", R"({"type":"string"})"},
};

const Row& row_of(Type type) {
    for (const Row& row : rows)
        if (row.type == type)
            return row;
    return rows[0];
}

constexpr std::string_view labelled_schema =
    R"({"type":"object","properties":{"value":{"type":"string"},"type":{"type":["string","null"]},"primary":{"type":"boolean"}},"required":["value","type","primary"],"additionalProperties":false})";
constexpr std::string_view email_schema =
    R"({"type":"object","properties":{"value":{"type":"string"},"type":{"type":["string","null"]},"primary":{"type":"boolean"},"suppressed":{"enum":[null,"out","bounce","complaint"]}},"required":["value","type","primary","suppressed"],"additionalProperties":false})";
constexpr std::string_view phone_schema =
    R"({"type":"object","properties":{"value":{"type":"string"},"type":{"type":["string","null"]},"primary":{"type":"boolean"},"canonical":{"type":["string","null"],"pattern":"^\\+[1-9][0-9]{6,14}$"}},"required":["value","type","primary","canonical"],"additionalProperties":false})";

}  // namespace

std::string_view type_name(Type type) {
    return row_of(type).name;
}

std::optional<Type> type_named(std::string_view name) {
    const auto it = std::ranges::find(rows, name, &Row::name);
    return it == std::end(rows) ? std::nullopt : std::optional(it->type);
}

std::string with_article(std::string_view noun) {
    const bool vowel = std::string_view("aeio").find(noun.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + std::string(noun);
}

std::string value_help(const FieldInfo& field) {
    if (field.type() == Type::choice) {
        std::string words;
        for (auto word : field.field->more.words)
            words += (words.empty() ? "" : ", ") + std::string(word);
        return words;
    }
    const auto target = [](const FieldInfo& link) {
        return link.to == nullptr ? std::string("any record") : with_article(link.to->noun);
    };
    if (field.type() == Type::link)
        return target(field);
    if (field.type() == Type::rows) {
        const FieldInfo& first = field.rows.front();
        std::string out =
            (first.type() == Type::link ? target(first) : "a " + std::string(first.name())) +
            ", with";
        for (std::size_t i = 1; i < field.rows.size(); ++i) {
            const FieldInfo& inner = field.rows[i];
            out += (i > 1 ? ", " : " ") + std::string(inner.name());
            if (inner.type() == Type::choice)
                out += fmt::format(" ({})", value_help(inner));
        }
        return out;
    }
    if (const More& more = field.field->more, any; more.least != any.least || more.most != any.most)
        return fmt::format("a whole number{}{}",
                           more.least == any.least ? "" : fmt::format(" from {}", more.least),
                           more.most == any.most ? "" : fmt::format(" up to {}", more.most));
    std::string help(row_of(field.type()).help);
    if (const int scale = field.field->more.scale; scale > 0)
        help = field.type() == Type::percent
                   ? fmt::format("per cent, up to {} decimals: 8.1 %", scale)
                   : fmt::format("a number, up to {} decimals", scale);
    if (field.is(many) && field.type() != Type::extra)
        help += "; several as value (type); value";
    return help;
}

void json_schema(const FieldInfo& field, std::string& out) {
    if (field.type() == Type::rows) {
        out += R"({"type":"array","items":{"type":"object","properties":{)";
        const bool linked = field.rows.front().type() == Type::link;
        if (linked)
            out += R"("id":{"type":"string"},"name":{"type":["string","null"]})";
        for (std::size_t i = linked ? 1 : 0; i < field.rows.size(); ++i) {
            if (is_name_of_row(field, field.rows[i]))
                continue;
            if (i > 0)
                out += ',';
            json_string(field.rows[i].name(), out);
            out += ':';
            json_schema(field.rows[i], out);
        }
        out += "}}}";
        return;
    }
    if (field.is(many)) {
        out += R"({"type":"array","items":)";
        out += field.type() == Type::phone   ? phone_schema
               : field.type() == Type::email ? email_schema
               : field.type() == Type::url   ? labelled_schema
                                             : std::string_view(R"({"type":"string"})");
        out += '}';
        return;
    }
    if (field.type() == Type::choice) {
        out += R"({"enum":[null)";
        for (auto word : field.field->more.words) {
            out += ',';
            json_string(word, out);
        }
        out += "]}";
        return;
    }
    std::string schema(field.field->more.scale > 0 ? std::string_view(R"({"type":"number"})")
                                                   : row_of(field.type()).schema);
    if (const More& more = field.field->more;
        more.least != More().least || more.most != More().most) {
        schema.pop_back();
        if (more.least != More().least)
            schema += fmt::format(",\"minimum\":{}", more.least);
        if (more.most != More().most)
            schema += fmt::format(",\"maximum\":{}", more.most);
        schema += '}';
    }
    if (field.is(required)) {
        out += schema;
        return;
    }
    out += R"({"anyOf":[)";
    out += schema;
    out += R"(,{"type":"null"}]})";
}

}  // namespace crm::meta
