#include "sales/lead_status.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace crm::sales {

using store::Record;

std::string status_of(const Record& lead) {
    return lead.text(*lead.entity->find("status"));
}

void put_status(Record& lead, std::string_view status) {
    lead.put(*lead.entity->find("status"), {Value(std::string(status))});
}

void require_not_converted(const Record& lead) {
    if (status_of(lead) != converted_status)
        return;
    throw Error(
        Fault::refused, "converted",
        fmt::format("{} {} is already converted", lead.short_id(), lead.label()),
        fmt::format("see crm lead show {}; crm undo takes a conversion back", lead.short_id()));
}

void disqualify(Record& lead, const std::string& reason) {
    put_status(lead, dead_status);
    lead.put(*lead.entity->find("reason"), {Value(reason)});
    lead.put(*lead.entity->find("follow_up"), {Value()});
}

}  // namespace crm::sales
