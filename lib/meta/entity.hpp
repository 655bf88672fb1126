#pragma once

#include "meta/stages.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// What a CRM is made of, as data. A declaration (nouns/*.hpp) drives the tables, flags and
/// assignments, query words, JSON, CSV headers, completion, `crm fields`, `crm schema`, man pages
/// and the history.
namespace crm::meta {

/// What a value is; what a type can do is one row in type.cpp.
enum class Type : std::uint8_t {
    text,   ///< one line
    prose,  ///< several lines
    email,
    phone,
    url,
    integer,
    percent,  ///< whole per cent, 0..100
    money,    ///< minor units and an ISO 4217 currency
    boolean,
    date,        ///< a day
    birthday,    ///< a day, also without a year: --03-07
    duration,    ///< a length of time: 12min, 3mo (base/duration.hpp)
    time,        ///< a time of day: 17:00
    instant,     ///< a date and time, stored in UTC
    zone,        ///< the IANA name of a time zone
    recurrence,  ///< how something repeats (time/recurrence.hpp)
    choice,      ///< one word of a set
    address,     ///< street, postcode, city, region, country, type
    link,        ///< a record of `more.to`
    rows,        ///< child rows, each with the fields of `more.rows`; the first may be a link
    extra,       ///< properties of outside formats that have no field here, kept for export
};

enum Flag : std::uint16_t {
    none = 0,
    required = 1 << 0,
    unique = 1 << 1,    ///< no two live records of the noun share it
    indexed = 1 << 2,   ///< often filtered or sorted by
    searched = 1 << 3,  ///< in the full text
    many = 1 << 4,      ///< a list of values in one text form: `value (type); value`
    personal = 1 << 5,  ///< about a person: in the dossier, erased with them
    derived = 1 << 6,   ///< never assigned: computed when asked for (More::computed), or kept by a
                        ///< rule of the program
    mirror = 1 << 7,  ///< the first value of the list `more.of`; assigning it sets the primary one
    lookup = 1 << 8,  ///< found by its key alone (email, phone, domain, exact name, login …)
    not_negative = 1 << 9,  ///< a number or an amount that is never below zero
    custom = 1 << 10,       ///< declared by the user: a record of the noun `field`
    erased_with = 1 << 11,  ///< a link or e-mail addresses: the record is about the person that it
                            ///< leads to, or whose address it has, and is erased with them
    strict = 1 << 12,  ///< a choice: an import rejects a row with a word that is not in the set,
                       ///< since what is due depends on it; elsewhere it is kept as text
};

struct Field;

/// A span of Field that may stand inside Field.
struct Fields {
    const Field* first = nullptr;
    std::size_t count = 0;
    constexpr Fields() = default;
    template <std::size_t n>
    constexpr Fields(const Field (&fields)[n]) : first(fields), count(n) {}
    constexpr const Field* begin() const { return first; }
    constexpr const Field* end() const;
    constexpr bool empty() const { return count == 0; }
};

struct More {
    std::string_view to{};                      ///< link: the noun, or "any"
    std::span<const std::string_view> words{};  ///< choice: its words, the first the default
    Fields rows{};                              ///< rows: the fields of a row
    std::string_view of{};                      ///< mirror: the list whose first value this is
    std::string_view headers{};   ///< other spellings of the CSV header, separated by '|'
    std::string_view reverse{};   ///< link: the path word on the other side, when not the noun
    std::string_view initial{};   ///< the value of a new record
    std::string_view foreign{};   ///< choice: words of other programs, for imports: "won=Closed
                                  ///< Won|…", as text::key
    std::string_view computed{};  ///< derived: computed when it is asked for and stored nowhere;
                                  ///< its formula in sql/computed_fields.cpp
    std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                 most = std::numeric_limits<std::int64_t>::max();  ///< of a whole number
    int scale = 0;  ///< of a number: digits after the point; what is kept is whole units of the
                    ///< last of them
};

/// One fact of an entity. Its name is the column, the JSON key, the query word and the CSV header.
struct Field {
    std::string_view name;
    Type type = Type::text;
    std::string_view help;
    std::uint16_t flags = none;
    More more{};

    constexpr bool is(std::uint16_t flag) const { return (flags & flag) != 0; }
};

constexpr const Field* Fields::end() const {
    return first + count;
}

/// What `is:WORD` means, as a query: is:open.
struct Is {
    std::string_view word, query;
};

/// What the records of a noun are, where the program does more with them than keeping them.
enum class Role : std::uint8_t {
    none,
    person,   ///< can be a card, and belongs to companies
    company,  ///< can be a card; an import adds the companies of its people
    user,     ///< can be `me`, and owns records
    product,  ///< what the line items of a deal, a quote or an order are
    segment,  ///< a query with a name: @name
    field,    ///< declares a field of another noun
    file,     ///< has its bytes in the database
};

/// What makes a record of a noun what it is, beside its uid, its references and its unique values.
/// Imports find the record of a row by it.
struct Identity {
    std::string_view fields{};    ///< separated by ',': records of one name (and one account) with
                                  ///< different values in one of them are different records
    bool name_describes = false;  ///< several records have one name, as deals do: rows of one table
                                  ///< that differ in any single value are different records
    bool needs_all = false;       ///< the name alone says nothing: a record is found by it only
                                  ///< together with all of `fields`
    bool unique = false;          ///< no two live records link to the same by all of `fields`
};

/// A kind of record, as declared.
struct Declaration {
    std::string_view noun;  ///< contact: the table, the command, the query word of a reverse path
    std::string_view plural;
    std::string_view prefix;  ///< of short ids: c12
    int number = 0;  ///< stable: full text and lookups name the noun by it; 1..63, never reused
    std::string_view help;
    std::string_view
        name;  ///< the field that NAME of `add` sets and a list shows first; "" where there is none
    std::string_view columns;  ///< of a list, separated by ','
    Fields fields{};
    Identity identity{};
    std::string_view alias{};  ///< another word for the noun (company)
    std::span<const Is> is{};  ///< its own `is:` words
    Role role = Role::none;
};

std::span<const Declaration> declarations();
/// The fields that every entity has, after its own: refs, tags, owner, created_at, updated_at,
/// description.
std::span<const Field> common_fields();
/// The `is:` words that every entity has.
std::span<const Is> common_is();

class Entity;
class Model;

/// One SQL column of a field. A field has one, but money (2), address (6) and links to any noun
/// (2).
struct Column {
    std::string name;
    bool integer = false;
};

/// A field placed in its entity: declared or custom.
struct FieldInfo {
    const Field* field = nullptr;
    const Entity* entity = nullptr;
    std::size_t index = 0;  ///< among the entity's fields
    std::size_t first = 0;  ///< index of its first cell in a record; for rows, the index into the
                            ///< record's row lists
    std::size_t cells = 0;  ///< number of cells (0 for rows)
    std::vector<Column> columns;
    std::vector<FieldInfo> rows;        ///< rows: the fields of a row, cells counted within the row
    const Entity* to = nullptr;         ///< link: the entity; null for "any"
    const FieldInfo* mirror = nullptr;  ///< of a list: the field that holds its first value
    const FieldInfo* of = nullptr;      ///< of a mirror: its list

    std::string_view name() const { return field->name; }
    meta::Type type() const { return field->type; }
    bool is(std::uint16_t flag) const { return field->is(flag); }
    /// No table keeps it: it has no cells in a record, and sql::cells says what it is.
    bool computed() const { return !field->more.computed.empty(); }
    /// Follows from other fields, whose changes say the same: reports of a change leave
    /// it out.
    bool is_bookkeeping() const {
        return name() == "updated_at" || (type() == Type::rows && is(derived));
    }
    /// Table of the child rows: contact_accounts.
    std::string table() const;
};

/// A noun as the program works with it: the declaration, the common fields and the custom ones. Its
/// fields are put in their places when they are first asked for: most commands need those of two or
/// three nouns.
class Entity {
public:
    std::string_view noun, plural, prefix, help, alias;
    int number = 0;
    Role role = Role::none;

    const std::deque<FieldInfo>& fields() const {
        return body().fields;
    }                                                      ///< in the order of output
    const FieldInfo* name() const { return body().name; }  ///< null where there is none
    const std::vector<std::string_view>& columns() const { return body().columns; }  ///< of a list
    const std::vector<Is>& is() const {
        return body().is;
    }  ///< `is:` words, those of every entity first
    const std::vector<const FieldInfo*>& lookups() const {
        return body().lookups;
    }  ///< those found by their keys alone
    /// Single values that tell records of one name apart: what Identity declares, and unique ones.
    const std::vector<const FieldInfo*>& identity() const { return body().identity; }
    /// Links that no two live records may share all of; empty where there is no such rule.
    const std::vector<const FieldInfo*>& unique_together() const { return body().unique_together; }
    bool name_describes() const { return declared_->identity.name_describes; }
    bool identity_needs_all() const { return declared_->identity.needs_all; }
    const std::vector<const FieldInfo*>& mirrored() const {
        return body().mirrored;
    }  ///< lists whose first value another field shows
    std::size_t cells() const {
        return body().cells;
    }  ///< of a record (without id, uid and the trash mark)
    std::size_t row_lists() const { return body().row_lists; }

    const FieldInfo* find(std::string_view field) const;  ///< by exact name
    std::vector<std::string> field_names() const;
    const Model& model() const { return *model_; }

private:
    friend class Model;
    struct Body {
        std::deque<FieldInfo> fields;  // others point to them, and custom ones may come later
        std::unordered_map<std::string_view, const FieldInfo*> by_name;
        const FieldInfo* name = nullptr;
        std::vector<std::string_view> columns;
        std::vector<Is> is;
        std::vector<const FieldInfo*> lookups, mirrored, identity, unique_together;
        std::size_t cells = 0, row_lists = 0;

        void place(const Field& field, const Entity& entity, const Model& model);
    };
    const Body& body() const {
        std::call_once(placed_, [this] { place(); });  // an import's second thread may ask first
        return body_;
    }
    void place() const;

    const Declaration* declared_ = nullptr;
    std::vector<const Field*> custom_;
    const Field* instead_ = nullptr;  ///< of the declared field of that name
    const Model* model_ = nullptr;
    mutable std::once_flag placed_;
    mutable Body body_;
};

/// A field that a user declared: the same as Field, but it owns its texts.
struct Custom {
    std::string noun, name, help, to;
    Type type = Type::text;
    std::vector<std::string> words;
    std::uint16_t flags = custom;
    std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                 most = std::numeric_limits<std::int64_t>::max();
};

/// All nouns, and what is configured of them: the stages of a deal, the country of telephone
/// numbers. Custom fields join when a store is opened, so readers take the Entity and never the
/// declaration.
class Model {
public:
    Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    std::span<const Entity> entities() const { return entities_; }
    const Entity* find(std::string_view noun) const;         ///< noun, plural or alias
    const Entity* by_prefix(std::string_view prefix) const;  ///< of a short id
    const Entity* by_number(int number) const;
    const Entity& get(std::string_view noun) const;  ///< throws Fault::internal
    const Entity& with(Role role) const;             ///< the noun that has it
    /// Adds a field after those that the noun has; one whose name is taken is left out. Records
    /// made before do not have it.
    void add(const Custom& field);
    const Stages& stages() const { return stages_; }
    /// Before anything is asked of the noun deal.
    void set_stages(Stages stages);
    /// Where telephone numbers without the code of a country are dialled: ISO 3166, two letters;
    /// empty when it is not known.
    const std::string& country() const { return country_; }
    void set_country(std::string country) { country_ = std::move(country); }
    /// The present instant in ISO 8601, for computed fields that depend on it.
    const std::string& now() const { return now_; }
    void set_now(std::string now) { now_ = std::move(now); }

private:
    struct Kept {
        Custom text;
        std::vector<std::string_view> words;
        Field field;
    };
    std::vector<Entity> entities_;
    std::deque<Kept> custom_;
    Stages stages_;
    std::string country_;
    std::string now_;
    std::optional<Field> stage_field_;  ///< deal.stage with other words than the declared ones
};

}  // namespace crm::meta
