#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::sql {

/// Some words to be found one after the other, in one of several spellings; of the last word only
/// the beginning where `prefix`. They consist of letters, digits and blanks (text::words).
struct Phrase {
    std::vector<std::string> spellings;
    bool prefix = false;
};

/// Full text of the records, as texts of statements: each entry is a number (sql::search_id), the
/// text of the name and that of all other searched fields. Engines need what was put in to take it
/// out again. Reached by Dialect::full_text().
class FullText {
public:
    FullText() = default;
    FullText(const FullText&) = delete;
    virtual ~FullText() = default;

    /// Makes the index, unless it is there.
    virtual std::string create() const = 0;

    /// Puts an entry in or takes it out: ?1 is its number, ?2 its name, ?3 its other text.
    virtual std::string add() const = 0;
    virtual std::string remove() const = 0;
    /// The same for the rows of a table: expressions, and `from` is all from FROM on. Rows in the
    /// order of their numbers are fastest.
    virtual std::string add_from(std::string_view number, std::string_view name,
                                 std::string_view text, std::string_view from) const = 0;
    virtual std::string remove_from(std::string_view number, std::string_view name,
                                    std::string_view text, std::string_view from) const = 0;
    /// Empties the index.
    virtual std::string clear() const = 0;
    /// Merges the index, so that nothing of what was taken out is left in it.
    virtual std::string optimise() const = 0;

    /// What finds entries that have all of these phrases, the value of the parameter of the
    /// statements below; `in_name`: all of them in the name.
    virtual std::string expression(std::span<const Phrase> phrases, bool in_name = false) const = 0;
    /// For IN (…): the records of a noun that the expression in a parameter finds; with a limit the
    /// newest ones.
    virtual std::string records(int noun, std::string_view parameter,
                                std::optional<std::size_t> limit = {}) const = 0;

    enum class Order {
        best,   ///< by BM25, a word in the name counts eight times; then the newest
        newest  ///< the highest number first
    };
    /// Numbers that expression ?1 finds from ?2 to ?3, so many at most.
    virtual std::string find(Order order, std::size_t limit) const = 0;
    /// How many those are; counts no further than the limit.
    virtual std::string count(std::size_t limit) const = 0;
    /// How many entries there are from number ?1 to ?2.
    virtual std::string size() const = 0;
};

}  // namespace crm::sql
