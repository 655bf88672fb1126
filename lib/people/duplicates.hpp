#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Which rows of a table describe the same person or company, by the model of Fellegi and Sunter
/// ("A Theory for Record Linkage", JASA 64, 1969). Nothing is learnt from examples: how often a
/// column agrees in two rows of the same person is estimated from the table itself by expectation
/// maximisation, and how often it agrees by chance from random pairs.
namespace crm::people {

struct DupeColumn {
    enum class Kind {
        name,   ///< words in any order
        text,   ///< letters may be wrong
        code,   ///< letters and digits, one of which may be wrong
        email,  ///< like `code`; or the same domain and, before it, alike names
        date,   ///< ISO; digits may be wrong, day and month swapped
        value,  ///< the same or not
    };
    std::string name;
    Kind kind = Kind::text;
    /// Colleagues and families have it in common: where the names differ it says nothing.
    bool shared = false;
};

struct DupeTable {
    std::vector<DupeColumn> columns;
    /// By column: folded values of a row, several of one column joined by '\n'; empty: nothing is
    /// known.
    std::vector<std::vector<std::string>> rows;
};

enum class Agreement : std::uint8_t { differs, near, same, unknown };

struct DupePair {
    std::uint32_t a = 0;  ///< row
    std::uint32_t b = 0;  ///< row, greater than a
    double probability = 0;
    std::vector<Agreement> columns;
};

/// Pairs with at least this probability, the most probable first. Only rows that agree in some
/// column are compared, or in two columns where each alone is too common, so that the work grows
/// like n log n.
std::vector<DupePair> find_dupes(const DupeTable& table, double at_least);

/// How two values of a column agree.
Agreement agreement(DupeColumn::Kind kind, std::string_view a, std::string_view b);

}  // namespace crm::people
