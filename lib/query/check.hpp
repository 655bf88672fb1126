#pragma once

#include "base/value.hpp"
#include "meta/entity.hpp"
#include "query/parse.hpp"
#include "sql/dialect.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::query {

/// A stored segment: a query on a noun.
struct Segment {
    std::string noun;
    std::string text;
};

/// What a query may depend on besides its text.
struct Context {
    const meta::Model& model;
    const Clock& clock;
    const sql::Dialect* dialect = nullptr;  ///< of the database to be asked; check needs none
    std::optional<std::int64_t> me{};   ///< id of the user who asks; unset: `me` is a usage fault
    std::string_view currency = "EUR";  ///< decides what `$` and `¥` mean
    std::function<std::optional<Segment>(std::string_view)> segment{};
    std::function<std::vector<std::string>()> segments{};  ///< names, for suggestions
    std::function<std::vector<std::string>()>
        users{};  ///< their names, logins and addresses; when set, an owner must be one of them
    std::function<std::vector<std::string>()> logins{};  ///< one of those for each user
    std::function<std::vector<std::string>()>
        tags{};  ///< all known; when set, +tag must be one of them
    std::function<bool(const meta::Entity&, std::int64_t id)>
        exists{};  ///< live or in the trash; when set, an id must be one
    /// Ask the trash: its records have no words, look-ups and full text, so the columns are
    /// compared (folding ASCII only).
    bool trash = false;
};

/// What a condition is about: a record of an entity, or one of its child rows.
struct Place {
    const meta::Entity* entity = nullptr;
    const meta::FieldInfo* rows = nullptr;
    std::string table() const { return rows ? rows->table() : std::string(entity->noun); }
};

/// One link field by which records of a noun lead to another: a column of its table or of its child
/// rows.
struct Link {
    std::string column;
    std::string noun_column{};  ///< of a link to any noun: the column that says which; else empty
    const meta::FieldInfo* rows = nullptr;  ///< when it is about child rows
    bool until = false;  ///< the rows have a last day, after which the link is no longer current
};

/// One step of a path.
struct Step {
    enum class Kind {
        forward,  ///< by links[0] of `from` to the record it names
        child,    ///< to the child rows of a record
        back,     ///< to all records that lead here by one of `links`
    };
    Kind kind = Kind::forward;
    Place from, to;
    std::vector<Link> links{};
    std::size_t names = 0;  ///< how many names of the path lead through this step
    bool current = false;   ///< of child rows: only those whose last day has not passed
};

/// A condition that is known to make sense, in the few forms that become SQL.
struct Predicate {
    enum class Kind {
        all,
        any,
        negation,
        named,      ///< parts[0] under the name it was called by (is:mine, @segment)
        some,       ///< steps lead to a record or row where parts[0] holds
        count,      ///< how many the steps lead to: op, values[0]
        present,    ///< one of the columns has a value
        compare,    ///< columns[0] op values[0]
        one_of,     ///< columns[0] is one of the values
        money,      ///< columns {amount, currency} op values: the bound in units of 0, 2, 3 and 4
                    ///< decimals
        plain,      ///< the columns, ASCII case folded, contain, equal or start with values[0]
        item,       ///< an item of the list in columns[0] equals or starts with values[0]
        digits,     ///< the digits of columns[0] contain or (equals) end with values[0]
        day,        ///< month and day (MM-DD) of columns[0] op values[0]
        matches,    ///< the columns match the regular expression values[0]
        words,      ///< the words column columns[0] contains or starts with one of `values`, or
                    ///< equals the first
        look_up,    ///< one of the keys `values` of `number`, a meta::Lookup
        full_text,  ///< one of `values`, words for the full text of the record
    };
    Kind kind = Kind::all;
    Op op = Op::contains;
    const meta::Entity* entity = nullptr;  ///< words, look_up, full_text
    int number = 0;
    bool prefix = false;  ///< words, full_text: the last word is only begun
    std::vector<std::string> columns{};
    std::vector<Value> values{};
    std::vector<Step> steps{};
    std::vector<Predicate> parts{};
    std::string shown{};  ///< of a condition as written, with what its dates resolved to

    static Predicate with(Kind kind, std::vector<Predicate> parts);
    static Predicate not_(Predicate predicate);
    /// Under the name that it was called by.
    static Predicate named(std::string name, Predicate predicate);
    /// Wraps a predicate that holds at the end of steps.
    static Predicate along(std::vector<Step> steps, Predicate predicate);
    /// Alternatives; comparisons of one column for equality become one look at a set.
    static Predicate one_of(std::vector<Predicate> parts);
};

struct Checked {
    const meta::Entity* entity = nullptr;
    std::string today;  ///< ISO: links that ended before are not current
    Predicate predicate;
};

/// Checks a query on an entity. Every name must exist and every value must be one of its field's
/// type; otherwise a usage fault with the query as `place`, the offset as `at`, and the nearest
/// right words as candidates.
Expected<Checked> check(const Parsed& query, const meta::Entity& entity, const Context& context);

/// The checked form for reading, one condition a line, indented.
std::string tree_text(const Predicate& predicate);

/// `is:` words of a noun, for completion and suggestions.
std::vector<std::string> is_words(const meta::Entity& entity);
/// The query that a word means; empty for other words.
std::string_view is_meaning(const meta::Entity& entity, std::string_view word);

}  // namespace crm::query
