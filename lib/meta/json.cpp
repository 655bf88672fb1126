#include "meta/json.hpp"

#include "base/money.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

/// Values as JSON (RFC 8259).
namespace crm::meta {
namespace {

bool labelled(Type type) {
    return type == Type::email || type == Type::phone || type == Type::url;
}

/// C1 controls, line separators, embeddings, overrides and isolates of direction.
bool steering(char32_t c) {
    return (c >= 0x80 && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

void json_string(std::string_view s, std::string& out) {
    out += '"';
    std::size_t from = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const auto c = static_cast<unsigned char>(s[i]);
        if (c == 0xc2 || c == 0xe2) {  // all that must not be shown raw begins with one of these
            std::size_t end = i;
            const char32_t wide = utf8::next(s, end);
            if (!steering(wide))
                continue;
            out.append(s, from, i - from);
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(wide));
            from = end;
            continue;
        }
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        out.append(s, from, i - from);
        from = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
        }
    }
    out.append(s, from);
    out += '"';
}

namespace {

void text_or_null(std::string_view text, std::string& out) {
    if (text.empty())
        out += "null";
    else
        json_string(text, out);
}

void json_or_null(const View& v, std::string& out) {
    if (v.null())
        out += "null";
    else if (v.kind == View::Kind::integer)
        out += fmt::format_int(v.number).str();
    else
        json_string(v.text, out);
}

/// What is derived from an item: the number in E.164, what forbids mail to the address.
void json_derived(const FieldInfo& field, const Item& item, const MailObjection& objection,
                  std::string& out) {
    if (field.type() == Type::phone) {
        out += ",\"canonical\":";
        text_or_null(e164(item.value, field.entity->model().country()).value_or(""), out);
    } else if (field.type() == Type::email) {
        out += ",\"suppressed\":";
        text_or_null(objection ? objection(item.value) : "", out);
    }
}

void json_list(const FieldInfo& field, std::string_view list, std::string& out, bool shown,
               const MailObjection& objection) {
    out += '[';
    if (field.type() == Type::extra) {
        for (std::string_view line : text::split(list, '\n')) {
            if (line.empty())
                continue;
            if (out.back() != '[')
                out += ',';
            json_string(line, out);
        }
    } else {
        bool first = true;
        for (const Item& item : read_items(list)) {
            if (!first)
                out += ',';
            if (!labelled(field.type())) {
                json_string(item.value, out);
            } else {
                out += "{\"value\":";
                json_string(item.value, out);
                out += ",\"type\":";
                text_or_null(labels_text(item.labels), out);
                out += first ? ",\"primary\":true" : ",\"primary\":false";
                if (shown)
                    json_derived(field, item, objection, out);
                out += '}';
            }
            first = false;
        }
    }
    out += ']';
}

/// The name of a record, or that which the row has itself where it leads to none.
View row_name(const FieldInfo& rows, std::span<const View> row) {
    if (!row[1].null())
        return row[1];
    std::size_t at = 0;
    for (const FieldInfo& inner : rows.rows) {
        if (is_name_of_row(rows, inner))
            return row[at];
        at += shown_cells(inner);
    }
    return {};
}

void json_rows(const FieldInfo& field, std::span<const View> cells, std::string& out,
               const Clock* clock) {
    const std::size_t step = shown_cells(field);
    out += '[';
    for (std::size_t row = 0; step > 0 && row + step <= cells.size(); row += step) {
        if (row > 0)
            out += ',';
        std::size_t at = row;
        out += '{';
        for (const FieldInfo& inner : field.rows) {
            const auto part = cells.subspan(at, shown_cells(inner));
            at += part.size();
            if (is_name_of_row(field, inner))
                continue;
            if (at - part.size() != row)
                out += ',';
            if (&inner == &field.rows.front() && inner.type() == Type::link) {
                out += "\"id\":";
                json_or_null(part[0], out);
                out += ",\"name\":";
                json_or_null(row_name(field, cells.subspan(row, step)), out);
                continue;
            }
            json_string(inner.name(), out);
            out += ':';
            json(inner, part, out, clock);
        }
        out += '}';
    }
    out += ']';
}

}  // namespace

void json(const FieldInfo& field, std::span<const View> cells, std::string& out,
          const Clock* clock) {
    json(field, cells, out, clock, {});
}

void json(const FieldInfo& field, std::span<const View> cells, std::string& out, const Clock* clock,
          const MailObjection& objection) {
    if (field.type() == Type::rows)
        return json_rows(field, cells, out, clock);
    if (field.is(many))
        return json_list(field, cells[0].text, out, clock != nullptr, objection);
    switch (field.type()) {
        case Type::boolean:
            out += cells[0].null() ? "null" : cells[0].number != 0 ? "true" : "false";
            return;
        case Type::link:
            if (cells[0].null()) {
                out += "null";
                return;
            }
            out += "{\"id\":";
            json_string(cells[0].text, out);
            out += ",\"name\":";
            json_or_null(cells[1], out);
            out += '}';
            return;
        case Type::money:
            if (cells[0].null()) {
                out += "null";
                return;
            }
            out += "{\"amount\":";
            json_string(money_text(cells[0].number, cells[1].text), out);
            out += ",\"currency\":";
            json_or_null(cells[1], out);
            out += '}';
            return;
        case Type::address: {
            if (std::ranges::all_of(cells, &View::null)) {
                out += "null";
                return;
            }
            out += '{';
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (i > 0)
                    out += ',';
                json_string(address_parts()[i], out);
                out += ':';
                json_or_null(cells[i], out);
            }
            out += '}';
            return;
        }
        case Type::instant:
            if (clock != nullptr && !clock->zone.empty() && !cells[0].null())
                return json_string(text(field, cells, clock), out);
            [[fallthrough]];
        default:
            if (field.field->more.scale > 0 && !cells[0].null())
                out += decimal_text(cells[0].number, field.field->more.scale);
            else
                json_or_null(cells[0], out);
    }
}

}  // namespace crm::meta
