#include "meta/type.hpp"

#include "base/decimal.hpp"
#include "base/email.hpp"
#include "base/idna.hpp"
#include "base/money.hpp"
#include "base/phone.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "base/utf8.hpp"
#include "base/yes_no.hpp"
#include "meta/item_list.hpp"
#include "time/describe.hpp"
#include "time/duration.hpp"
#include "time/recurrence.hpp"
#include "time/time_of_day.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

namespace crm::meta {
namespace {

constexpr std::string_view address_names[] = {"street", "postcode", "city",
                                              "region", "country",  "type"};

// The readers of types do not name the field in their errors: `read` and `read_one` do, for all.

/// A value that is not one of the field's type.
std::unexpected<Error> invalid(std::string_view text, std::string_view why, std::string hint = {}) {
    return failure(Fault::usage, "invalid_value",
                   fmt::format("'{}' {}", text::clipped(text, 60), why), std::move(hint));
}

/// A value that is valid for the type but not for the field.
std::unexpected<Error> out_of_range(std::string_view text, std::string_view why) {
    return failure(Fault::refused, "out_of_range",
                   fmt::format("'{}' {}", text::clipped(text, 60), why));
}

std::unexpected<Error> error_of(const FieldInfo& field, Error&& error) {
    error.message = fmt::format("{}: {}", field.name(), error.message);
    return std::unexpected(std::move(error));
}

using Cells = std::vector<Value>;

Expected<Cells> one(std::string s) {
    return Cells{Value(std::move(s))};
}

constexpr Chars controls("", true), ends_address(" <>,;()[]\\", true);

Expected<std::string> read_date_value(std::string_view s, const Reading& how) {
    if (how.foreign) {
        auto day = read_foreign_date(s, how.order);
        if (!day)
            return std::unexpected(day.error());
        if (*day)
            return (*day)->iso();
    }
    auto day = read_date(s, *how.clock);
    if (!day)
        return std::unexpected(day.error());
    return day->iso();
}

Expected<std::string> read_instant_value(std::string_view s, const Reading& how) {
    auto at = read_instant(s, *how.clock);
    if (!at) {
        if (!how.foreign)
            return std::unexpected(at.error());
        auto day = read_foreign_date(s, how.order);
        if (!day)
            return std::unexpected(day.error());
        if (!*day)
            return std::unexpected(at.error());
        return how.clock->at(**day, 0).iso();
    }
    return at->iso();
}

/// Files have the names of other systems, too; a name that was valid once stays in the history.
Expected<std::string> read_zone_value(std::string_view s, const Reading& how) {
    if (how.foreign)
        if (const std::string known = zone_of_other_system(s); !known.empty())
            return known;
    auto name = read_zone(s);
    if (!name && how.kept)
        return std::string(s);
    return name;
}

/// A birthday is not in the future: a year of two digits may be of the last century.
Expected<std::string> past_day(std::string_view s, Date day, const Reading& how) {
    // Apple and Google write the year 1604 for none.
    if (std::string iso = day.iso(); how.foreign && iso.starts_with("1604-"))
        return "-" + iso.substr(4);
    if (how.kept || how.clock == nullptr || day <= how.clock->today())
        return day.iso();
    const auto is_digit = [](char c, bool) { return c >= '0' && c <= '9'; };
    const bool whole_year = std::ranges::search_n(s, 4, true, is_digit).size() == 4;
    if (whole_year)
        return out_of_range(s, "is in the future");
    int year;
    unsigned month, of_month;
    day.civil(year, month, of_month);
    return Date::of(year - 100, month, of_month).iso();
}

Expected<std::string> read_birthday(std::string_view s, const Reading& how) {
    if (s.size() == 7 && s.starts_with("--") && s[4] == '-') {
        if (iso_date("2000-" + std::string(s.substr(2))))
            return std::string(s);
        return invalid(s, "is not a date", "write 1990-02-03, or --02-03 without the year");
    }
    if (s.size() == 4 && std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; }))
        return std::string(s);
    // --0503 as cards write it, 03.05. as Germans do.
    if (s.size() == 6 && s.starts_with("--") &&
        iso_date(fmt::format("2000-{}-{}", s.substr(2, 2), s.substr(4))))
        return fmt::format("--{}-{}", s.substr(2, 2), s.substr(4));
    if (s.size() == 6 && s[2] == '.' && s[5] == '.' &&
        iso_date(fmt::format("2000-{}-{}", s.substr(3, 2), s.substr(0, 2))))
        return fmt::format("--{}-{}", s.substr(3, 2), s.substr(0, 2));
    if (const auto day = iso_date(s))
        return past_day(s, *day, how);
    if (s.size() == 7 && s[4] == '-' && iso_date(std::string(s) + "-01"))
        return std::string(s);
    auto day = read_foreign_date(s, how.order);
    if (!day)
        return std::unexpected(day.error());
    if (*day)
        return past_day(s, **day, how);
    return invalid(s, "is not a date", "write 1990-02-03, or --02-03 without the year");
}

/// The word of the set that another program calls so; empty where there is none. `pending*` stands
/// for all that begin so.
std::string word_of_other_program(const FieldInfo& field, std::string_view key) {
    std::string meant;
    for (std::string_view pair : text::split(field.field->more.foreign, '|')) {
        const auto equals = pair.find('=');
        const std::string_view word = pair.substr(0, equals);
        const bool fits =
            word.ends_with('*') ? key.starts_with(word.substr(0, word.size() - 1)) : key == word;
        if (fits && meant.empty())
            meant = pair.substr(equals + 1);
    }
    const bool is_word = std::ranges::find(field.field->more.words, std::string_view(meant)) !=
                         field.field->more.words.end();
    return is_word ? meant : std::string();  // other words may be configured
}

Expected<std::string> read_choice(const FieldInfo& field, std::string_view s, const Reading& how) {
    const std::string wanted = text::key(s);
    for (std::string_view word : field.field->more.words)
        if (text::key(word) == wanted)
            return std::string(word);
    const std::string meant = word_of_other_program(field, wanted);
    if ((how.foreign || field.is(strict)) && !meant.empty())
        return meant;
    if (how.kept)
        return std::string(s);
    Error e(Fault::usage, "unknown_word",
            fmt::format("'{}' is not a valid value", text::clipped(s, 60)));
    std::vector<std::string> words(field.field->more.words.begin(), field.field->more.words.end());
    if (!meant.empty())
        words = {meant};
    suggest_values(e, meant.empty() ? s : std::string_view(meant), words);
    return std::unexpected(std::move(e));
}

Expected<std::string> scalar(const FieldInfo& field, std::string_view s, const Reading& how) {
    switch (field.type()) {
        case Type::email:
            if (std::string address = bare_email(s); is_email(address))
                return address;
            return invalid(s, "is not an e-mail address");
        case Type::phone:
            if (!is_phone(s))
                return invalid(s, "is not a telephone number");
            return bare_phone(s);
        case Type::prose:
            return std::string(s);
        case Type::duration:
            return read_duration(s);
        case Type::date:
            return read_date_value(s, how);
        case Type::birthday:
            return read_birthday(s, how);
        case Type::instant:
            return read_instant_value(s, how);
        case Type::time:
            return read_time_of_day(s);
        case Type::zone:
            return read_zone_value(s, how);
        case Type::recurrence:
            return how.kept ? std::string(s) : recurrence_text(s, how.clock);
        case Type::choice:
            return read_choice(field, s, how);
        default:
            return std::string(s);
    }
}

Expected<Cells> list(const FieldInfo& field, std::string_view text, const Reading& how) {
    if (field.type() == Type::extra)
        return one(std::string(text));
    if (is_plain_item(text)) {
        auto value = scalar(field, text, how);
        if (!value)
            return std::unexpected(value.error());
        return one(std::move(*value));
    }
    ItemList kept(field, {});
    for (Item& item : read_items(text)) {
        auto value = scalar(field, item.value, how);
        if (!value)
            return std::unexpected(value.error());
        item.value = std::move(*value);
        // An address or a number given twice is kept once, with the labels of both.
        if (Item* same = kept.find(item.value))
            add_labels(*same, item.labels);
        else
            kept.append(std::move(item));
    }
    if (kept.items().empty())
        return Cells{Value{}};
    return one(items_text(kept.items()));
}

/// What 1.234 and 1,234 are in a field. A whole number has no decimals and a percentage no
/// thousands. Elsewhere the point is the one that is written by this program, and the comma has two
/// readings.
LoneMarks lone_marks_of(const FieldInfo& field, bool foreign) {
    if (field.type() == Type::percent)
        return {LoneMark::decimal, LoneMark::decimal};
    if (field.field->more.scale == 0)
        return {LoneMark::thousands, LoneMark::thousands};
    return {LoneMark::decimal, foreign ? LoneMark::thousands : LoneMark::ambiguous};
}

/// The bounds of the field and of its type. `unit` is one of the field's number as it is kept.
Expected<void> within_bounds(const FieldInfo& field, std::string_view text, std::int64_t n,
                             std::int64_t unit) {
    constexpr auto limits = std::numeric_limits<std::int64_t>{};
    if (field.is(not_negative) && n < 0)
        return out_of_range(text, "is below zero");
    const std::int64_t least = field.field->more.least;
    const std::int64_t most = field.field->more.most;
    if (n < least || n > most)
        return out_of_range(text, most == limits.max() ? fmt::format("is below {}", least)
                                  : least == limits.min()
                                      ? fmt::format("is above {}", most)
                                      : fmt::format("is not between {} and {}", least, most));
    if (field.type() == Type::percent && (n < 0 || n > 100 * unit))
        return out_of_range(text, "is not between 0 and 100 %");
    return {};
}

/// A whole number, or one with as many decimals as the field keeps.
Expected<Cells> number(const FieldInfo& field, std::string_view text, const Reading& how) {
    const int scale = field.field->more.scale;
    std::string_view typed = text;
    if (field.type() == Type::percent && typed.ends_with('%'))
        typed.remove_suffix(1);
    const std::string digits =
        how.foreign ? without_exponent(text::trimmed(typed)) : std::string(typed);
    auto read = read_number(digits, lone_marks_of(field, how.foreign));
    if (!read) {
        if (read.error().message.ends_with("is not a number"))
            return invalid(text, scale > 0 ? "is not a number" : "is not a whole number");
        return std::unexpected(std::move(read.error()));
    }
    if (!read->whole(scale))
        return invalid(text, scale > 0 ? fmt::format("has more than {} decimals", scale)
                                       : "is not a whole number");
    const std::int64_t n = read->units(scale, Amount::Round::down);
    constexpr auto limits = std::numeric_limits<std::int64_t>{};
    if (n == limits.max() || n == limits.min())
        return invalid(text, "is too large");
    std::int64_t unit = 1;
    for (int i = 0; i < scale; ++i)
        unit *= 10;
    if (auto inside = within_bounds(field, text, n, unit); !inside)
        return std::unexpected(std::move(inside.error()));
    return Cells{Value(n)};
}

Expected<Cells> yes_or_no(std::string_view text) {
    if (const auto answer = read_yes_no(text))
        return Cells{Value(std::int64_t{*answer ? 1 : 0})};
    return invalid(text, "is not yes or no");
}

/// "street; postcode; city; region; country; type", positions may be left empty or out.
Expected<Cells> address(std::string_view text) {
    Cells cells(std::size(address_names));
    std::string part;
    std::size_t at = 0;
    const auto close = [&] {
        if (at < cells.size()) {
            if (auto t = text::trimmed(part); !t.empty())
                cells[at] = std::string(t);
        }
        part.clear();
        ++at;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            part += text[++i] == 'n' ? '\n' : text[i];
        else if (text[i] == ';')
            close();
        else
            part += text[i];
    }
    close();
    return cells;
}

std::string address_line(std::span<const View> c) {
    std::string out;
    const auto add = [&](std::string_view s, std::string_view separator) {
        if (s.empty())
            return;
        if (!out.empty())
            out += separator;
        out += s;
    };
    add(c[0].text, ", "), add(c[1].text, ", ");
    add(c[2].text, c[1].text.empty() ? ", " : " ");
    add(c[3].text, ", "), add(c[4].text, ", ");
    std::ranges::replace(out, '\n', ' ');
    return out;
}

/// Whether a role would be taken for another part of its row: "since ever".
bool names_a_part(const FieldInfo& rows, std::string_view role) {
    return std::ranges::any_of(rows.rows, [&](const FieldInfo& inner) {
        return role.starts_with(std::string(inner.name()) + " ");
    });
}

/// Whether a text has bytes that are not UTF-8, or characters that nobody would see.
bool has_hidden(std::string_view s) {
    if (utf8::ascii(s))
        return false;
    bool ok = true, hidden = false;
    for (std::size_t at = 0; at < s.size() && ok && !hidden;)
        hidden = unicode::is_control(utf8::next(s, at, &ok));
    return hidden || !ok;
}

}  // namespace

bool is_email(std::string_view s) {
    const auto at = s.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == s.size() || s.size() > 320)
        return false;
    const std::string_view local = s.substr(0, at), domain = s.substr(at + 1);
    if (s[0] != '"' && local.find_first_of("@:") != std::string_view::npos)
        return false;
    return !ends_address.any_in(s) && !has_hidden(local) && is_domain(domain);
}

bool is_phone(std::string_view s) {
    return s.size() <= 200 && !controls.any_in(s);
}

std::span<const std::string_view> address_parts() {
    return address_names;
}

const FieldInfo* address_of_row(const FieldInfo& rows) {
    if (rows.rows.front().type() != Type::link)
        return nullptr;
    const auto found = std::ranges::find(rows.rows, Type::email, &FieldInfo::type);
    return found == rows.rows.end() ? nullptr : &*found;
}

bool is_name_of_row(const FieldInfo& rows, const FieldInfo& inner) {
    return &inner != &rows.rows.front() && rows.rows.front().type() == Type::link &&
           inner.name() == "name";
}

std::size_t shown_cells(const FieldInfo& field) {
    if (field.type() == Type::link)
        return 2;
    if (field.computed())
        return field.type() == Type::money ? 2 : 1;
    if (field.type() != Type::rows)
        return field.cells;
    std::size_t n = 0;
    for (const FieldInfo& inner : field.rows)
        n += shown_cells(inner);
    return n;
}

namespace {

Expected<Cells> money(const FieldInfo& field, std::string_view text, const Reading& how) {
    auto money = read_money(how.foreign ? without_exponent(text) : std::string(text), how.currency);
    if (!money)
        return std::unexpected(std::move(money.error()));
    if (field.is(not_negative) && money->minor < 0)
        return out_of_range(text, "is below zero");
    return Cells{Value(money->minor), Value(std::move(money->currency))};
}

/// The cells of a value that is not empty.
Expected<Cells> cells_of(const FieldInfo& field, std::string_view text, const Reading& how) {
    if (field.is(many))
        return list(field, text, how);
    switch (field.type()) {
        case Type::integer:
        case Type::percent:
            return number(field, text, how);
        case Type::boolean:
            return yes_or_no(text);
        case Type::address:
            return address(text);
        case Type::money:
            return money(field, text, how);
        case Type::link:
        case Type::rows:
            throw Error(Fault::internal, "link_read",
                        "a link is read by store::Resolver: " + std::string(field.name()));
        default: {
            auto value = scalar(field, text, how);
            if (!value)
                return std::unexpected(std::move(value.error()));
            return one(std::move(*value));
        }
    }
}

}  // namespace

Expected<std::vector<Value>> read(const FieldInfo& field, std::string_view raw,
                                  const Reading& how) {
    const std::string_view s = field.type() == Type::extra ? raw : text::trimmed(raw);
    if (s.empty())
        return Cells(field.cells);
    auto cells = cells_of(field, s, how);
    if (!cells)
        return error_of(field, std::move(cells.error()));
    return cells;
}

Expected<Value> read_one(const FieldInfo& field, std::string_view raw, const Reading& how) {
    const bool plain = field.is(many)
                           ? field.type() != Type::extra && is_plain_item(raw)
                           : !field.columns.front().integer && field.type() != Type::address;
    const std::string_view s = text::trimmed(raw);
    if (!plain || s.empty()) {
        auto values = read(field, raw, how);
        if (!values)
            return std::unexpected(std::move(values.error()));
        return std::move(values->front());
    }
    auto value = scalar(field, s, how);
    if (!value)
        return error_of(field, std::move(value.error()));
    return Value(std::move(*value));
}

std::string text(const FieldInfo& field, std::span<const View> cells, const Clock* clock) {
    switch (field.type()) {
        case Type::money:
            return cells[0].null() ? ""
                                   : money_text(cells[0].number, cells[1].text) + " " +
                                         std::string(cells[1].text);
        case Type::address:
            return address_line(cells);
        case Type::boolean:
            return cells[0].null() ? "" : cells[0].number != 0 ? "yes" : "no";
        case Type::link:
            return std::string(cells[1].null() ? cells[0].text : cells[1].text);
        case Type::instant:
            if (clock != nullptr && !cells[0].null())
                return shown_time(cells[0].text, *clock);
            break;
        case Type::rows: {
            const std::size_t step = shown_cells(field);
            const FieldInfo* address = address_of_row(field);
            std::string out;
            for (std::size_t row = 0; step > 0 && row + step <= cells.size(); row += step) {
                Item item;
                std::size_t at = row;
                for (const FieldInfo& inner : field.rows) {
                    const std::string part =
                        text(inner, cells.subspan(at, shown_cells(inner)), clock);
                    at += shown_cells(inner);
                    if (&inner == &field.rows.front())
                        item.value = part;
                    else if (&inner == address && item.value.empty())
                        item.value = part;
                    else if (!part.empty())
                        item.labels.push_back(inner.name() == "role" && !names_a_part(field, part)
                                                  ? part
                                                  : std::string(inner.name()) + " " + part);
                }
                out += (out.empty() ? "" : "; ") + items_text(std::span(&item, 1));
            }
            return out;
        }
        default:
            break;
    }
    if (cells[0].kind != View::Kind::integer)
        return std::string(cells[0].text);
    return field.field->more.scale > 0 ? decimal_text(cells[0].number, field.field->more.scale)
                                       : fmt::format_int(cells[0].number).str();
}

std::string typed(const FieldInfo& field, std::span<const View> cells) {
    if (field.type() == Type::address) {
        std::string out;
        std::size_t used = cells.size();
        while (used > 0 && cells[used - 1].text.empty())
            --used;
        for (std::size_t i = 0; i < used; ++i) {
            if (i > 0)
                out += "; ";
            for (char c : cells[i].text) {
                if (c == '\n') {
                    out += "\\n";
                    continue;
                }
                if (c == ';' || c == '\\')
                    out += '\\';
                out += c;
            }
        }
        return out;
    }
    return text(field, cells);
}

std::string short_id(const Entity& entity, std::int64_t id) {
    return std::string(entity.prefix) + fmt::format_int(id).str();
}

std::optional<Lookup> lookup_kind(const FieldInfo& field) {
    if (!field.is(lookup))
        return {};
    if (field.name() == "refs")
        return Lookup::ref;
    if (field.name() == "tags")
        return Lookup::tag;
    if (field.name() == "domains")
        return Lookup::domain;
    if (field.type() == Type::email)
        return Lookup::email;
    if (field.type() == Type::phone)
        return Lookup::phone;
    return &field == field.entity->name() ? Lookup::name : Lookup::word;
}

std::vector<std::string> lookup_keys(const FieldInfo& field, std::span<const View> cells) {
    const auto kind = lookup_kind(field);
    std::vector<std::string> keys;
    if (!kind || cells[0].null())
        return keys;
    constexpr std::size_t few = 16;         // are compared one by one
    std::unordered_set<std::string> known;  // the keys, when there are more
    const auto is_known = [&](const std::string& key) {
        if (keys.size() < few)
            return std::ranges::find(keys, key) != keys.end();
        if (known.empty())
            known.insert(keys.begin(), keys.end());
        return !known.insert(key).second;
    };
    each_value(field, cells[0].text, [&](std::string_view value) {
        std::string key = *kind == Lookup::ref     ? std::string(value)
                          : *kind == Lookup::phone ? phone_key(value)
                                                   : text::folded(value);
        if (!key.empty() && !is_known(key))
            keys.push_back(std::move(key));
    });
    return keys;
}

}  // namespace crm::meta
