#include "sql/computed.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "sql/computed_fields.hpp"
#include "sql/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::sql {
namespace {

using meta::Declaration;
using meta::Field;
using meta::FieldInfo;

using Have = std::function<bool(std::string_view)>;

constexpr int deepest = 6;
/// Stands for the present instant until the model of the field is known.
constexpr std::string_view now_mark = "{now}";

[[noreturn]] void unsound(std::string_view what) {
    throw Error(Fault::internal, "computed_field",
                fmt::format("a computed field speaks of {}, which is not there", what));
}

const Declaration& declared(std::string_view noun) {
    for (const Declaration& d : meta::declarations())
        if (d.noun == noun)
            return d;
    unsound(noun);
}

const Field& among(meta::Fields fields, std::string_view name) {
    for (const Field& f : fields)
        if (f.name == name)
            return f;
    unsound(name);
}

std::string expanded(std::string_view text, std::string_view noun, std::string_view alias,
                     const Have& have, int depth);

/// A reference to another field: ALIAS:NOUN.FIELD, ALIAS:NOUN.ROWS.FIELD; or the name of another
/// formula, about the same record.
std::string referred(std::string_view reference, std::string_view noun, std::string_view alias,
                     const Have& have, int depth) {
    if (depth > deepest)
        unsound(reference);
    if (reference == "now")
        return std::string(now_mark);
    const auto colon = reference.find(':');
    if (colon == std::string_view::npos)
        return expanded(formula(reference).value, noun, alias, have, depth + 1);
    const auto names = text::split(reference.substr(colon + 1), '.');
    if (names.size() < 2)
        unsound(reference);
    const std::string_view of = names[0] == "@" ? noun : names[0],
                           by = reference.substr(0, colon) == "$" ? alias
                                                                  : reference.substr(0, colon);
    meta::Fields fields = declared(of).fields;
    if (names.size() > 2)
        fields = among(fields, names[1]).more.rows;
    const Field& field = among(fields, names.back());
    if (field.more.computed.empty())
        return fmt::format("{}.{}", by, quoted(field.name));
    return expanded(formula(field.more.computed).value, of, by, have, depth + 1);
}

/// Whether all tables that a part asks are there.
bool answered(std::string_view part, std::string_view noun, const Have& have) {
    for (std::string_view word : {"FROM \"", "JOIN \""})
        for (auto at = part.find(word); at != std::string_view::npos;
             at = part.find(word, at + 1)) {
            std::string_view table = part.substr(at + word.size());
            table = table.substr(0, table.find('"'));
            if (table.starts_with('@'))
                table = noun;
            if (!have(table.substr(0, table.find('_'))))
                return false;
        }
    return true;
}

std::string expanded(std::string_view text, std::string_view noun, std::string_view alias,
                     const Have& have, int depth) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto closed = [&](char end) {
            const auto at = text.find(end, i);
            if (at == std::string_view::npos)
                unsound(text.substr(i));
            const std::string_view inside = text.substr(i + 1, at - i - 1);
            i = at;
            return inside;
        };
        if (c == '\n') {  // formulas are indented, statements are not
            i = text.find_first_not_of(" \n", i) - 1;
            out += out.ends_with('(') ? "" : " ";
        } else if (c == '$')
            out += alias;
        else if (c == '@')
            out += noun;
        else if (c == '{')
            out += referred(closed('}'), noun, alias, have, depth);
        else if (c == '[') {
            if (const auto part = closed(']'); !have || answered(part, noun, have))
                out += expanded(part, noun, alias, have, depth);
        } else
            out += c;
    }
    return out;
}

}  // namespace

std::vector<std::string> cells(const FieldInfo& field, std::string_view alias, const Have& have) {
    std::vector<std::string> out;
    const meta::More& more = field.field->more;
    if (more.computed.empty()) {
        for (const auto& column : field.columns)
            out.push_back(fmt::format("{}.{}", alias, quoted(column.name)));
        return out;
    }
    const Formula& how = formula(more.computed);
    std::string& value = out.emplace_back(expanded(how.value, field.entity->noun, alias, have, 0));
    for (auto at = value.find(now_mark); at != value.npos; at = value.find(now_mark, at))
        value.replace(at, now_mark.size(), literal(field.entity->model().now()));
    if (field.type() == meta::Type::money)
        out.push_back(expanded(how.currency, field.entity->noun, alias, have, 0));
    return out;
}

std::string formula_value(std::string_view name, std::string_view noun, std::string_view alias,
                          const Have& have) {
    return expanded(formula(name).value, noun, alias, have, 0);
}

std::string formula_currency(std::string_view name, std::string_view noun, std::string_view alias,
                             const Have& have) {
    return expanded(formula(name).currency, noun, alias, have, 0);
}

std::string over(std::string_view cell, std::string_view alias) {
    if (cell.find('$') == std::string_view::npos)
        return fmt::format("{}.{}", alias, quoted(cell));
    std::string out;
    for (const char c : cell) {
        if (c == '$')
            out += alias;
        else
            out += c;
    }
    return out;
}

}  // namespace crm::sql
