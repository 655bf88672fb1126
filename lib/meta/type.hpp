#pragma once

#include "base/chars.hpp"
#include "base/error.hpp"
#include "base/value.hpp"
#include "meta/entity.hpp"
#include "time/date.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What each type can do: read a value as typed, show it as text and as JSON, give the keys it is
/// found by.
namespace crm::meta {

/// What reading a value may depend on.
struct Reading {
    const Clock* clock = nullptr;
    std::string_view currency = "EUR";  ///< of bare amounts
    std::optional<DateOrder> order{};   ///< how 03/04/26 in a file is to be read; unset: refused
    bool kept = false;  ///< out of the history: a word is valid that has left the set since
    bool foreign =
        false;  ///< from a file of another program: dates in their forms, yes/no in theirs
};

/// One value of a list: the value and the labels in parentheses (work, invalid, Grandma's).
struct Item {
    std::string value;
    std::vector<std::string> labels;
    bool operator==(const Item&) const = default;
};

/// The one text form of a list (cli.md 1): `value (type); value`, backslash before ; ( ) \ and line
/// ends.
std::vector<Item> read_items(std::string_view text);
std::string items_text(std::span<const Item> items);
/// The labels alone: `work, main`, backslash before , and \. Reading also takes what `items_text`
/// escapes.
std::vector<std::string> read_labels(std::string_view text);
std::string labels_text(std::span<const std::string> labels);

/// A line of a field of extra properties: what is known under that name and has no field of its
/// own, with RFC 6350's escapes: `X-COLUMN;NAME=title:CTO`. `name` has no character that a
/// parameter would have to quote.
std::string extra_property(std::string_view name, std::string_view text);

/// Whether a list's text is one value without labels and escapes, which most are.
inline bool is_plain_item(std::string_view text) {
    static constexpr Chars special(";(\\\n");
    return !special.any_in(text);
}
/// Calls `take(value)` with each value of a field, of a list or not, in their order.
template <class Take>
void each_value(const FieldInfo& field, std::string_view text, Take&& take) {
    if (text.empty())
        return;
    if (!field.is(many) || is_plain_item(text))
        return take(text);
    if (text.find_first_of("(\\\n") == std::string_view::npos) {
        for (std::size_t from = 0; from <= text.size();) {
            const std::size_t end = std::min(text.find("; ", from), text.size());
            if (end > from)
                take(text.substr(from, end - from));
            from = end + 2;
        }
        return;
    }
    for (const Item& item : read_items(text))
        take(std::string_view(item.value));
}

/// An address that mail could be sent to: one @, a domain after it, something before it that can be
/// seen, and nothing that ends a header or a list. Several dots before the @ are allowed: some
/// providers gave such addresses out.
bool is_email(std::string_view text);
/// Whatever a person would keep as one: vanity numbers, SIP addresses, "ask at the desk". What is
/// compared are its digits.
bool is_phone(std::string_view text);

/// Adds the labels that an item does not have: of one address or number that is given twice. `cell`
/// (cards) and `mobile` are one label.
void add_labels(Item& item, std::span<const std::string> labels);

/// Telephone numbers in the order in which somebody would call them: neither a fax, a pager nor an
/// assistant is the first while there is another number.
void put_callable_first(std::vector<Item>& phones);
/// Whether there is a number under which the person or company itself is called.
bool has_callable(std::span<const Item> phones);

/// Whether two values of a list are one: an address in any case, a number in any notation, a tag in
/// any case.
bool same_value(const FieldInfo& field, std::string_view a, std::string_view b);

/// Text to the cells of a field (as many as `field.cells`). Errors name the field. Links and rows
/// are not read here: they need the store.
Expected<std::vector<Value>> read(const FieldInfo& field, std::string_view text,
                                  const Reading& how);

/// The same for a field of one cell, without the vector.
Expected<Value> read_one(const FieldInfo& field, std::string_view text, const Reading& how);

/// What is shown. A link's cells are {short id, name} and it is shown by its name; for rows, the
/// cells of all rows are one after another, each link as two. Instants are shown in the zone of
/// `clock`, in UTC without one.
std::string text(const FieldInfo& field, std::span<const View> cells, const Clock* clock = nullptr);
/// The same cells as they would be typed: what `read` takes back (an address as "street; postcode;
/// city; …").
std::string typed(const FieldInfo& field, std::span<const View> cells);
/// The same as JSON, appended.
void json(const FieldInfo& field, std::span<const View> cells, std::string& out,
          const Clock* clock = nullptr);
/// JSON Schema of the value, appended.
void json_schema(const FieldInfo& field, std::string& out);

/// The parts of an address, in the order of its cells: street, postcode, city, region, country,
/// type.
std::span<const std::string_view> address_parts();
/// Cells that a shown value takes: like `field.cells`, but two for a link, and for rows those of
/// one row.
std::size_t shown_cells(const FieldInfo& field);

/// Where rows lead to records: their e-mail address of somebody who is not in the database. Null
/// where they have none.
const FieldInfo* address_of_row(const FieldInfo& rows);
/// Whether a part of such a row is the name of somebody who is not in the database. In JSON it is
/// where the name of a record would be.
bool is_name_of_row(const FieldInfo& rows, const FieldInfo& inner);

std::string_view type_name(Type type);  ///< as `crm fields` shows it
std::optional<Type> type_named(std::string_view name);
/// A short description of what may be typed, for help and man pages.
std::string value_help(const FieldInfo& field);
/// a deal, an account: a noun with its article.
std::string with_article(std::string_view noun);

/// Kinds of key in the store's lookup table. The numbers are stored.
enum class Lookup : int { ref = 1, email = 2, phone = 3, name = 4, domain = 5, tag = 6, word = 7 };
std::optional<Lookup> lookup_kind(const FieldInfo& field);
/// The keys a value is found by: a folded e-mail address, a phone number's last digits, a folded
/// name …
std::vector<std::string> lookup_keys(const FieldInfo& field, std::span<const View> cells);

/// Appends a JSON string literal, with controls (C1 too), line separators and what turns the
/// direction of text as \uXXXX, so that a terminal may show it.
void json_string(std::string_view text, std::string& out);

std::string short_id(const Entity& entity, std::int64_t id);  ///< c12

}  // namespace crm::meta
