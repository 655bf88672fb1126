#include "store/gate_run.hpp"

#include "sql/schema.hpp"

namespace crm::store {
namespace {

Value value_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

}  // namespace

void add_gate_run(Store& store, const GateRun& run) {
    sql::make_gate_runs(store.db());
    sql::Statement insert = store.db().prepare(R"(
        INSERT INTO "gate_run"("at", "file", "gate", "state", "value", "base", "limit")
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7))");
    const Value value = value_or_null(run.value);
    const Value limit = value_or_null(run.limit);
    Value base;
    if (run.base)
        base = *run.base;
    insert.with(run.at, run.file, run.gate, run.state, value, base, limit).run();
}

void each_gate_run(Store& store, const std::function<void(const GateRun&)>& take) {
    if (!store.db().has_table("gate_run"))
        return;
    sql::Statement all = store.db().prepare(R"(
        SELECT "at", "file", "gate", "state", "value", "limit", "base"
        FROM "gate_run"
        ORDER BY "id")");
    while (all.step()) {
        GateRun run{.at = std::string(all.text(0)),
                    .file = std::string(all.text(1)),
                    .gate = std::string(all.text(2)),
                    .state = std::string(all.text(3)),
                    .value = std::string(all.text(4)),
                    .limit = std::string(all.text(5))};
        if (!all.null(6))
            run.base = all.integer(6);
        take(run);
    }
}

}  // namespace crm::store
