#include "report/gate.hpp"
#include "show/gates.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any bytes as a gate file. What can be read is judged and written in every format.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    using namespace crm::report;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::vector<GateResult> results;
    for (const Gate& gate : read_gates("gates.toml", bytes))
        results.push_back(gate.fault ? broken(gate, *gate.fault)
                                     : judge(gate, {.value = 1, .of = 3}));
    if (results.empty())
        __builtin_trap();
    crm::show::gates_text(results);
    crm::show::gates_tap(results);
    crm::show::gates_json(results, true);
    crm::show::gates_junit(results);
    return 0;
}
