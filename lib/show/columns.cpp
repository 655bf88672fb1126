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

/// The nouns of a model for which `test` holds, for a hint.
std::string nouns_that(const meta::Model& model, bool (*test)(const meta::Entity&)) {
    std::vector<std::string> nouns;
    for (const meta::Entity& entity : model.entities())
        if (test(entity))
            nouns.emplace_back(entity.noun);
    return text::joined(nouns, ", ");
}

bool has_card(const meta::Entity& entity) {
    return entity.role == meta::Role::person || entity.role == meta::Role::company;
}

bool has_address(const meta::Entity& entity) {
    return entity.find("email") != nullptr;
}

void refuse(std::string_view code, const meta::Entity& entity, std::string_view what,
            const std::string& nouns) {
    throw Error(Fault::usage, std::string(code),
                fmt::format("{} cannot be written as {}", entity.plural, what), nouns + " can");
}

}  // namespace

bool has_format(const meta::Entity& entity, std::string_view format) {
    if (format.starts_with("vcard"))
        return has_card(entity);
    if (format == "ics")
        return has_calendar_time(entity);
    return format != "mutt" || has_address(entity);
}

void require_format(std::string_view format, const meta::Entity& entity) {
    if (has_format(entity, format))
        return;
    if (format == "ics")
        refuse("no_calendar", entity, "a calendar", nouns_that(entity.model(), has_calendar_time));
    if (format == "mutt")
        refuse("no_address", entity, "addresses for mutt", nouns_that(entity.model(), has_address));
    refuse("no_card", entity, "cards", "contacts and accounts");
}

std::vector<std::string> format_columns(Format format, const meta::Entity& entity) {
    if (format == Format::ids)
        return {"id"};
    if (format == Format::mutt)
        return {entity.find("emails") != nullptr ? "emails" : "email", "name",
                entity.find("account") != nullptr ? "account" : "id"};
    if (format != Format::ics)
        return {};
    std::vector<std::string> out{"uid", "updated_at"};
    for (const std::string_view name : calendar_fields)
        if (entity.find(name) != nullptr)
            out.emplace_back(name);
    return out;
}

}  // namespace crm::show
