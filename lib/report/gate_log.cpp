#include "report/gate_log.hpp"

#include "store/gate_run.hpp"

#include <map>
#include <utility>

namespace crm::report {
namespace {

struct History {
    store::GateRun last;
    std::string since;
    std::int64_t runs = 0, failed = 0;
};

Value number_or_empty(const std::string& decimal) {
    return decimal.empty() ? Value() : Value(decimal);
}

std::vector<Column> columns() {
    return {{.name = "gate", .group = true},
            {.name = "state", .help = "pass, warn, fail or error, in the latest run"},
            {.name = "value", .type = ColumnType::number, .help = "in the latest run"},
            {.name = "limit", .type = ColumnType::number, .help = "of the value, or in per cent"},
            {.name = "since", .type = ColumnType::instant, .help = "when this state began"},
            {.name = "runs", .type = ColumnType::integer, .help = "how often it was recorded"},
            {.name = "failed",
             .type = ColumnType::integer,
             .charted = true,
             .help = "runs that failed or were an error"}};
}

}  // namespace

void record_gates(store::Store& store, std::span<const GateResult> results, Instant now,
                  std::chrono::milliseconds wait) {
    sql::Transaction transaction(store.db(), wait);
    for (const GateResult& result : results)
        store::add_gate_run(store, {.at = now.iso(),
                                    .file = result.file,
                                    .gate = result.name,
                                    .state = std::string(word_of(result.state)),
                                    .value = result.value,
                                    .limit = result.limit,
                                    .base = result.of});
    transaction.commit();
}

Result gate_history(store::Store& store, const Clock& clock) {
    std::map<std::pair<std::string, std::string>, History> gates;
    store::each_gate_run(store, [&](const store::GateRun& run) {
        History& history = gates[{run.file, run.gate}];
        if (history.runs == 0 || history.last.state != run.state)
            history.since = run.at;
        history.last = run;
        ++history.runs;
        if (run.state == word_of(GateState::fail) || run.state == word_of(GateState::error))
            ++history.failed;
    });
    Result out{columns(), {}, {}, {}};
    for (const auto& [key, history] : gates) {
        const auto since = iso_instant(history.since);
        out.rows.push_back({key.second, history.last.state, number_or_empty(history.last.value),
                            number_or_empty(history.last.limit),
                            since ? clock.local(*since) : history.since, history.runs,
                            history.failed});
    }
    return out;
}

}  // namespace crm::report
