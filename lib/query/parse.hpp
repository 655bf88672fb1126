#pragma once

#include "query/lex.hpp"

#include <span>
#include <string>
#include <vector>

namespace crm::query {

/// The form of a query before anything is known about fields. Groups of one part and double
/// negations are gone.
struct Tree {
    enum class Kind { all, any, negation, every, leaf };
    Kind kind = Kind::all;
    std::size_t at = 0, end = 0;
    std::vector<Tree> parts;
    Token leaf;  ///< term, count, segment, tag or text
};

struct Parsed {
    std::string text;  ///< the words joined by blanks
    Tree tree;         ///< an `all` without parts where the query is empty: every record
};

Expected<Parsed> parse(std::span<const std::string> words);

}  // namespace crm::query
