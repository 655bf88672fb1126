#include "service/satisfaction.hpp"

#include "base/error.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

namespace crm::service {

using meta::FieldInfo;
using store::Record;
using store::RuleContext;

namespace {

bool is_same(const Record& before, const Record& after, std::string_view name) {
    return std::ranges::equal(before.of(before.field(name)), after.of(after.field(name)));
}

bool has_score(const Record& feedback) {
    return !std::holds_alternative<std::monostate>(feedback.of(feedback.field("score")).front());
}

}  // namespace

void check_score(RuleContext&, const Record* before, const Record& feedback) {
    if (feedback.text("kind") != "Satisfaction" || !has_score(feedback))
        return;
    if (before != nullptr && is_same(*before, feedback, "score") &&
        is_same(*before, feedback, "kind"))
        return;
    const std::int64_t score = feedback.number("score");
    if (score < 1 || score > 5)
        throw Error(Fault::refused, "out_of_range",
                    fmt::format("score: {} is not from 1 to 5, as a Satisfaction is", score),
                    "kind=recommendation goes from 0 to 10");
}

void rate_ticket(RuleContext& context, const Record* before, const Record& feedback) {
    const FieldInfo& link = feedback.field("ticket");
    if (feedback.text("kind") != "Satisfaction" || !has_score(feedback) ||
        feedback.number(link) == 0)
        return;
    if (before != nullptr && is_same(*before, feedback, "score") &&
        is_same(*before, feedback, "kind") && is_same(*before, feedback, "ticket"))
        return;
    const auto ticket = context.find(*link.to, feedback.number(link));
    if (!ticket || ticket->number("csat") == feedback.number("score"))
        return;
    Record after = *ticket;
    after.put(after.field("csat"), {Value(feedback.number("score"))});
    context.change(*ticket, after);
}

}  // namespace crm::service
