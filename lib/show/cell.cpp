#include "show/cell.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "time/describe.hpp"
#include "time/recurrence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace crm::show {
namespace {

using meta::Type;

std::string_view number(std::int64_t n, std::string& scratch) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, n).ptr;
    scratch.assign(buffer, end);
    return scratch;
}

std::string_view as_is(const View& cell, std::string& scratch) {
    return cell.kind == View::Kind::integer ? number(cell.number, scratch) : cell.text;
}

/// Whether there are only characters that are shown as they are: ASCII, and the commonest letters
/// of other scripts, so that lists in any language are quick. For others text::visible decides.
bool harmless(std::string_view s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
        const auto c = static_cast<unsigned char>(s[i]);
        const bool latin_to_hebrew = (c >= 0xC3 && c <= 0xCB) || (c >= 0xCE && c <= 0xD6);
        const bool han = c >= 0xE4 && c <= 0xE9;
        std::size_t more = han ? 2 : latin_to_hebrew ? 1 : 0;  // bytes that continue the letter
        if (c < 0x20 || c == 0x7F || (c >= 0x80 && more == 0))
            return false;
        for (; more > 0; --more)
            if (++i >= s.size() || (static_cast<unsigned char>(s[i]) & 0xC0) != 0x80)
                return false;
    }
    return true;
}

std::string_view tsv_escape(char c) {
    switch (c) {
        case '\t':
            return "\\t";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\\':
            return "\\\\";
        default:
            return {};
    }
}

std::string counted(std::int64_t n, std::string_view unit) {
    std::string out = std::to_string(n < 0 ? -n : n) + " ";
    out += unit;
    if (n != 1 && n != -1)
        out += 's';
    return n < 0 ? out + " ago" : "in " + out;
}

}  // namespace

std::string relative(Date date, Date today) {
    const std::int64_t days = std::int64_t{date.days} - today.days;
    if (days == 0)
        return "today";
    if (days == 1)
        return "tomorrow";
    if (days == -1)
        return "yesterday";
    if (days > -14 && days < 14)
        return counted(days, "day");
    if (days >= -56 && days <= 56)
        return counted(days / 7, "week");
    return date.iso();
}

std::string grouped(std::string_view number) {
    const std::size_t sign = number.starts_with('-') ? 1 : 0;
    const std::size_t digits =
        std::min(number.find_first_not_of("0123456789", sign), number.size()) - sign;
    std::string out(number.substr(0, sign));
    for (std::size_t i = 0; i < digits; ++i) {
        if (i > 0 && (digits - i) % 3 == 0)
            out += ',';
        out += number[sign + i];
    }
    out += number.substr(sign + digits);
    return out;
}

namespace {

/// The text of a cell without a field.
std::string_view shaped(Shape shape, const View& cell, const Style& style, std::string& scratch) {
    if (shape == Shape::time && style.person && style.clock != nullptr) {
        if (const auto date = iso_date(cell.text))
            return scratch = relative(*date, style.clock->today());
        if (const auto at = read_instant(cell.text, *style.clock))
            return scratch = day_and_time(*at, *style.clock);
    }
    if (shape == Shape::money && style.person)
        return scratch = grouped(cell.text);
    return as_is(cell, scratch);
}

}  // namespace

std::string_view raw_text(const Column& column, Cells cells, const Style& style,
                          std::string& scratch) {
    if (cells.empty())
        return {};
    if (!column.field)
        return shaped(column.shape, cells[0], style, scratch);
    const meta::FieldInfo& field = *column.field;
    if (field.is(meta::many) && field.type() != Type::rows)
        return cells[0].text;
    switch (field.type()) {
        case Type::text:
        case Type::prose:
        case Type::email:
        case Type::phone:
        case Type::url:
        case Type::choice:
        case Type::extra:
        case Type::duration:
        case Type::birthday:
        case Type::time:
        case Type::zone:
            return as_is(cells[0], scratch);
        case Type::recurrence:
            if (style.person && !cells[0].null())
                return scratch = recurrence_words(cells[0].text);
            return as_is(cells[0], scratch);
        case Type::integer:
        case Type::percent:
            if (field.field->more.scale > 0)
                break;
            // Four digits may be a year.
            if (style.person && (cells[0].number >= 10'000 || cells[0].number <= -10'000))
                return scratch = grouped(std::to_string(cells[0].number));
            return as_is(cells[0], scratch);
        case Type::date:
            if (style.person && style.clock)
                if (const auto date = iso_date(cells[0].text))
                    return scratch = relative(*date, style.clock->today());
            return as_is(cells[0], scratch);
        case Type::instant:
            if (style.person && style.clock)
                if (const auto at = iso_instant(cells[0].text))
                    return scratch = day_and_time(*at, *style.clock);
            break;
        case Type::money:
            if (style.person)
                return scratch = grouped(meta::text(field, cells, style.clock));
            break;
        case Type::link:
            return cells.size() > 1 && !cells[1].null() ? as_is(cells[1], scratch)
                                                        : as_is(cells[0], scratch);
        case Type::address:
            if (!style.person)
                return scratch = meta::typed(field, cells);
            break;
        default:
            break;
    }
    return scratch = meta::text(field, cells, style.clock);
}

std::string_view terminal_text(const Column& column, Cells cells, const Style& style,
                               std::string& scratch) {
    const std::string_view s = raw_text(column, cells, style, scratch);
    if (harmless(s))
        return s;
    return scratch = text::visible(s);
}

std::string_view cell_text(const Column& column, Cells cells, const Style& style,
                           std::string& scratch) {
    return style.person ? terminal_text(column, cells, style, scratch)
                        : raw_text(column, cells, style, scratch);
}

bool right_aligned(const Column& column) {
    if (!column.field)
        return column.shape == Shape::number || column.shape == Shape::money;
    if (column.field->is(meta::many))
        return false;
    const Type type = column.field->type();
    return type == Type::integer || type == Type::percent || type == Type::money;
}

bool uncuttable(const Column& column) {
    if (!column.field)
        return true;
    const Type type = column.field->type();
    return right_aligned(column) || type == Type::date || type == Type::instant ||
           type == Type::birthday || type == Type::boolean;
}

void append_tsv(std::string_view s, std::string& out) {
    static constexpr auto plain = [] {
        std::array<bool, 256> of{};
        for (unsigned c = ' '; c <= '~'; ++c)
            of[c] = c != '\\';
        return of;
    }();
    if (std::ranges::all_of(s, [](char c) { return plain[static_cast<unsigned char>(c)]; })) {
        out += s;
        return;
    }
    const std::size_t from = out.size();
    append_escaped(s, out, tsv_escape);
    if (harmless(std::string_view(out).substr(from)))
        return;
    const std::string shown = text::visible(std::string_view(out).substr(from));
    out.resize(from);
    out += shown;
}

void json_value(const Column& column, Cells cells, const Style& style, std::string& out) {
    if (column.field && (!cells.empty() || column.field->type() == Type::rows))
        return meta::json(*column.field, cells, out, style.clock, style.objection);
    if (column.field && column.field->is(meta::many)) {
        out += "[]";
    } else if (cells.empty() || cells[0].null()) {
        out += "null";
    } else if (column.shape == Shape::money ||
               (cells[0].kind == View::Kind::text && column.shape != Shape::number)) {
        meta::json_string(cells[0].text, out);
    } else if (cells[0].kind != View::Kind::integer) {
        // What SQL calls a number and JSON does not, Inf, is a text.
        if (const auto digit = cells[0].text.find_first_not_of('-'); digit < cells[0].text.size() &&
                                                                     cells[0].text[digit] >= '0' &&
                                                                     cells[0].text[digit] <= '9')
            out += cells[0].text;
        else
            meta::json_string(cells[0].text, out);
    } else {
        std::string scratch;
        out += number(cells[0].number, scratch);
    }
}

}  // namespace crm::show
