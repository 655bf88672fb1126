#include "calendar/ics_values.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace crm::calendar {
namespace {

using Words = std::pair<std::string_view, std::string_view>;  // of iCalendar, and ours

constexpr Words event_statuses[] = {{"CONFIRMED", "Planned"},
                                    {"CANCELLED", "Not Held"},
                                    {"TENTATIVE", "Planned"},
                                    {"CONFIRMED", "Held"}};
constexpr Words task_statuses[] = {{"NEEDS-ACTION", "Not Started"},
                                   {"IN-PROCESS", "In Progress"},
                                   {"COMPLETED", "Completed"},
                                   {"CANCELLED", "Canceled"},
                                   {"NEEDS-ACTION", "Deferred"}};
constexpr Words priorities[] = {{"1", "Urgent"}, {"3", "High"}, {"5", "Normal"}, {"9", "Low"},
                                {"2", "Urgent"}, {"4", "High"}, {"0", "Normal"}, {"6", "Low"},
                                {"7", "Low"},    {"8", "Low"}};
constexpr Words answers[] = {{"NEEDS-ACTION", "None"},
                             {"ACCEPTED", "Accepted"},
                             {"TENTATIVE", "Tentative"},
                             {"DECLINED", "Declined"}};
constexpr Words roles[] = {{"REQ-PARTICIPANT", ""},
                           {"CHAIR", "Chair"},
                           {"OPT-PARTICIPANT", "Optional"},
                           {"NON-PARTICIPANT", "Informed"}};

std::string_view word_of(std::span<const Words> table, std::string_view ours,
                         std::string_view otherwise) {
    const auto found = std::ranges::find(table, ours, &Words::second);
    return found == table.end() ? otherwise : found->first;
}

std::string ours_of(std::span<const Words> table, std::string_view raw) {
    std::string word(text::trimmed(raw));
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    const auto found = std::ranges::find(table, std::string_view(word), &Words::first);
    return std::string(found == table.end() ? table.front().second : found->second);
}

}  // namespace

std::string_view status_word(bool task, std::string_view status) {
    return task ? word_of(task_statuses, status, "NEEDS-ACTION")
                : word_of(event_statuses, status, "CONFIRMED");
}

std::string status_of(bool task, std::string_view word) {
    return task ? ours_of(task_statuses, word) : ours_of(event_statuses, word);
}

std::string_view priority_word(std::string_view priority) {
    return word_of(priorities, priority, "5");
}

std::string priority_of(std::string_view word) {
    const bool known =
        std::ranges::find(priorities, text::trimmed(word), &Words::first) != std::end(priorities);
    return known ? ours_of(priorities, word) : "Normal";
}

std::string_view partstat(std::string_view response) {
    return word_of(answers, response, "NEEDS-ACTION");
}

std::string response_of(std::string_view partstat) {
    return ours_of(answers, partstat);
}

std::string_view role_word(std::string_view role) {
    return word_of(roles, role, {});
}

std::string role_of(std::string_view word) {
    return ours_of(roles, word);
}

std::string address_of(std::string_view raw) {
    std::string_view uri = text::trimmed(raw);
    constexpr std::string_view mailto = "mailto:";
    if (text::lower_ascii(uri.substr(0, mailto.size())) == mailto)
        uri = text::trimmed(uri.substr(mailto.size()));
    if (const auto query = uri.find('?'); query != std::string_view::npos)
        uri = uri.substr(0, query);
    return meta::is_email(uri) ? std::string(uri) : std::string();
}

std::optional<std::string> reminder_of(const form::Component& alarm) {
    const form::Property* trigger = alarm.find("TRIGGER");
    if (alarm.name != "VALARM" || trigger == nullptr)
        return {};
    const std::string* related = trigger->parameter("RELATED");
    if (related != nullptr && text::lower_ascii(*related) == "end")
        return {};
    const auto seconds = form::ics_duration(trigger->value);
    if (!seconds || *seconds > 0)
        return {};
    constexpr std::int64_t minute = 60, hour = 3600, day = 86400;
    const std::int64_t before = -*seconds;
    if (before % minute != 0)
        return {};
    if (before % day == 0 && before > 0)
        return fmt::format("{}d", before / day);
    if (before % hour == 0 && before > 0)
        return fmt::format("{}h", before / hour);
    return fmt::format("{}min", before / minute);
}

std::string trigger_of(std::string_view duration) {
    const std::int64_t seconds = duration_seconds(duration);
    return seconds == 0 ? "PT0S" : form::ics_duration_text(-seconds);
}

}  // namespace crm::calendar
