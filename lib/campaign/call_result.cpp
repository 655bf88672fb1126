#include "campaign/call_result.hpp"

#include "campaign/members.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::campaign {

using store::Record;

Record call_of(const Record& list, const Record& member, const Record& who,
               const std::string& number, std::int64_t user) {
    Record call(list.entity->model().get("call"));
    call.put_text("subject", fmt::format("{}: {}", list.label(), who.label()));
    call.put_text("direction", "Outbound");
    call.put_text("number", number);
    call.put(call.field("campaign"), {Value(list.id)});
    call.put(call.field("member"), {Value(member.id)});
    call.put(call.field("about"), {Value(std::int64_t{who.entity->number}), Value(who.id)});
    call.put(call.field("owner"), {Value(user)});
    return call;
}

bool is_reached(std::string_view result) {
    constexpr std::string_view not_reached[] = {"", "Not Answered", "Busy", "Wrong Number"};
    return std::ranges::find(not_reached, result) == std::end(not_reached);
}

namespace {

/// Whether nobody is called again after this result.
bool is_end(std::string_view result) {
    constexpr std::string_view ends[] = {"Answered", "Not Interested", "Wrong Number", "Sale"};
    return std::ranges::find(ends, result) != std::end(ends);
}

void refuse_objection(const Record& member) {
    if (member.text("result") == "Do Not Call")
        throw Error(Fault::refused, "do_not_call",
                    fmt::format("{} must not be called: Do Not Call", member.short_id()),
                    fmt::format("crm member show {}", member.short_id()));
}

}  // namespace

void put_result(Record& member, std::string_view result, std::optional<Instant> callback,
                std::int64_t user, const Clock& clock, const CallSettings& settings) {
    refuse_objection(member);
    const bool is_retried = result == "Not Answered" || result == "Busy";
    if (is_retried && is_end(member.text("result"))) {
        member.put_text("leased_until", {});
        return;
    }
    const std::string now = clock.now.iso();
    if (member.text("leased_until").empty())  // called without being claimed
        member.put(member.field("attempts"), {Value(member.number("attempts") + 1)});
    if (is_retried && member.number("attempts") < settings.attempts)
        callback = Instant{clock.now.seconds + settings.retry};
    member.put(member.field("user"), {Value(user)});
    member.put_text("result", std::string(result));
    member.put_text("leased_until", {});
    member.put_text("next_at", callback ? callback->iso() : std::string());
    if (result == "Interested")
        put_status(member, "Responded", now);
    if (result == "Sale")
        put_status(member, "Converted", now);
    if (result == "Do Not Call")
        put_status(member, "Opted Out", now);
}

}  // namespace crm::campaign
