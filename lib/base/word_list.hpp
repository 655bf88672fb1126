#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crm::text {

/// A word of `words`, and its bytes in the text; several that one character stands for (½) have
/// the same place.
struct Word {
    std::size_t from = 0, to = 0;
    bool is_character = false;  ///< one of those that are a word of their own
    std::string folded;
};

/// The words of a text in their places.
std::vector<Word> word_list(std::string_view s);

}  // namespace crm::text
