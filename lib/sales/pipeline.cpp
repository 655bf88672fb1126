#include "sales/pipeline.hpp"

#include "base/text.hpp"
#include "meta/stages.hpp"

#include <fmt/format.h>

namespace crm::sales {

using store::Record;

std::string stage_of(const Record& deal) {
    return deal.text(*deal.entity->find("stage"));
}

void put_stage(Record& deal, std::string_view stage, const meta::Reading& how) {
    const meta::FieldInfo& field = *deal.entity->find("stage");
    auto value = meta::read(field, stage, how);
    if (!value)
        throw value.error();
    deal.put(field, std::move(*value));
}

void require_stage(const Record& deal, std::string_view expected) {
    if (text::key(expected) == text::key(stage_of(deal)))
        return;
    throw Error(Fault::refused, "conflict",
                fmt::format("{} {} is in {}, not in {}", deal.short_id(), deal.label(),
                            stage_of(deal), text::clipped(expected, 40)),
                fmt::format("another user moved it; see crm deal show {}", deal.short_id()));
}

std::string stage_to_reopen(const Record& deal) {
    const meta::Stages& stages = deal.entity->model().stages();
    const meta::Stage* stage = stages.find(stage_of(deal));
    if (stage != nullptr && stage->outcome == meta::Outcome::open)
        throw Error(
            Fault::refused, "not_closed",
            fmt::format("{} is open: it is in {}", deal.short_id(), stage->name),
            fmt::format("crm deal move {} STAGE moves it to another stage", deal.short_id()));
    return std::string(stages.open(deal.text(*deal.entity->find("pipeline"))).back());
}

}  // namespace crm::sales
