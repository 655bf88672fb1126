#include "show/columns.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::show {
namespace {

constexpr std::string_view calendar_times[] = {"start", "due", "close_date"};
constexpr std::string_view calendar_fields[] = {"subject",  "name",     "ticket",   "start",
                                                "end",      "duration", "due",      "close_date",
                                                "location", "status",   "priority", "description"};

bool has_calendar_time(const meta::Entity& entity) {
    return std::ranges::any_of(calendar_times,
                               [&](std::string_view name) { return entity.find(name) != nullptr; });
}

void refuse_calendar(const meta::Entity& entity) {
    std::vector<std::string> nouns;
    for (const meta::Entity& other : entity.model().entities())
        if (has_calendar_time(other))
            nouns.emplace_back(other.noun);
    throw Error(Fault::usage, "no_calendar",
                fmt::format("{} cannot be written as a calendar", entity.plural),
                text::joined(nouns, ", ") + " can");
}

}  // namespace

std::vector<std::string> format_columns(Format format, const meta::Entity& entity) {
    if (format == Format::ids)
        return {"id"};
    if (format == Format::mutt)
        return {entity.find("emails") != nullptr ? "emails" : "email", "name",
                entity.find("account") != nullptr ? "account" : "id"};
    if (format != Format::ics)
        return {};
    if (!has_calendar_time(entity))
        refuse_calendar(entity);
    std::vector<std::string> out{"uid", "updated_at"};
    for (const std::string_view name : calendar_fields)
        if (entity.find(name) != nullptr)
            out.emplace_back(name);
    return out;
}

}  // namespace crm::show
