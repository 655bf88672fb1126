#include "base/suggest.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace crm {

void suggest(Error& error, std::string_view word, std::span<const std::string> known,
             std::string_view otherwise) {
    error.candidates = text::nearest(word, known);
    // `ada` and `Ada` are one suggestion.
    for (std::size_t i = 0; i < error.candidates.size(); ++i)
        error.candidates.erase(std::remove_if(error.candidates.begin() + static_cast<long>(i) + 1,
                                              error.candidates.end(),
                                              [&](const std::string& later) {
                                                  return text::folded(later) ==
                                                         text::folded(error.candidates[i]);
                                              }),
                               error.candidates.end());
    if (!error.candidates.empty())
        error.hint = text::did_you_mean(error.candidates);
    else if (!otherwise.empty())
        error.hint = otherwise;
}

void suggest_values(Error& error, std::string_view word, std::span<const std::string> known) {
    suggest(error, word, known);
    if (!error.candidates.empty() || known.empty())
        return;
    error.hint = "valid values are " + text::joined(known, ", ");
    error.candidates.assign(known.begin(), known.end());
}

}  // namespace crm
