#include "base/error.hpp"
#include "report/fail_if.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

/// Any bytes as a condition; what can be read is judged.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    using namespace crm::report;
    static const Result result{{{.name = "owner", .group = true},
                                {.name = "deals", .type = ColumnType::integer},
                                {.name = "amount", .type = ColumnType::money},
                                {.name = "currency"}},
                               {{"Ada", 3, "100.10", "EUR"}, {{}, {}, "0.20", "USD"}},
                               {},
                               {}};
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        const FailIf condition = read_fail_if(text);
        const Verdict verdict = judge(condition, result);
        if (verdict.fails && verdict.shown.empty())
            __builtin_trap();
    } catch (const crm::Error& e) {
        if (e.at > text.size())
            __builtin_trap();
    }
    return 0;
}
