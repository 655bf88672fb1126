#include "base/suggest.hpp"

#include "base/text.hpp"

namespace crm {

void suggest(Error& error, std::string_view word, std::span<const std::string> known,
             std::string_view otherwise) {
    error.candidates = text::nearest(word, known);
    if (!error.candidates.empty())
        error.hint = text::did_you_mean(error.candidates);
    else if (!otherwise.empty())
        error.hint = otherwise;
}

}  // namespace crm
