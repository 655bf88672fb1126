#include "time/date.hpp"
#include "time/recurrence.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace crm;

/// What is read is written as it is read again, in words, too; instances ascend.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Clock clock{.now = {1796029200}, .zone = "UTC"};
    const auto stored = recurrence_text(text, &clock);
    (void)recurrence_words(text);
    if (!stored)
        return 0;
    const auto again = recurrence_text(*stored, &clock);
    const auto rule = read_recurrence(*stored);
    if (!again || *again != *stored || !rule)
        std::abort();
    Occurrences instances(*rule, 1796029200, false);
    std::int64_t last = 1796029200 - 1;
    for (int i = 0; i < 20; ++i) {
        const auto at = instances.next();
        if (!at)
            break;
        if (*at <= last)
            std::abort();
        last = *at;
    }
    return 0;
}
