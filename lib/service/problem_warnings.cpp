#include "service/problem_warnings.hpp"

#include "base/error.hpp"
#include "people/open_problems.hpp"
#include "service/events.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <variant>
#include <vector>

namespace crm::service {

using people::OpenProblem;
using store::Record;
using store::RuleContext;

namespace {

bool is_delivered(const Record* quote) {
    return quote != nullptr && quote->text("stage") == "Delivered";
}

/// Not of what a file says of the past, nor where two records become one.
bool leaves(const RuleContext& context, const Record* before, const Record& quote) {
    return is_delivered(&quote) && !is_delivered(before) && !context.imported &&
           !context.relinked && !context.checking;
}

bool is_queued(const Record* mail) {
    return mail != nullptr && !mail->rows[mail->field("recipients").first].empty();
}

/// The record that a link to any noun leads to.
std::optional<store::Found> target_of(const Record& record, const meta::FieldInfo& field) {
    const auto cells = record.of(field);
    const auto *noun = std::get_if<std::int64_t>(&cells[0]),
               *id = std::get_if<std::int64_t>(&cells[1]);
    if (noun == nullptr || id == nullptr)
        return {};
    return store::Found{record.entity->model().by_number(static_cast<int>(*noun)), *id};
}

/// The quote that a mail takes along.
std::optional<Record> quote_of(RuleContext& context, const Record* before, const Record& mail) {
    if (!is_queued(&mail) || is_queued(before) || context.imported || context.relinked ||
        context.checking)
        return {};
    const auto about = target_of(mail, mail.field("about"));
    if (!about || about->entity == nullptr || about->entity->noun != "quote")
        return {};
    return context.find(*about->entity, about->id);
}

std::vector<OpenProblem> problems_of(RuleContext& context, const Record& customer) {
    return people::open_problems(context.flushed(), context.clock, customer);
}

void check_problems(RuleContext& context, const Record& quote) {
    if (!context.insisting.empty())
        return;
    const std::vector<OpenProblem> problems = problems_of(context, quote);
    if (problems.empty())
        return;
    throw Error(Fault::refused, "open_problem",
                fmt::format("{}{}: the customer has an open problem: {}",
                            quote.id == 0 ? "" : quote.short_id() + " ", quote.label(),
                            people::problems_text(problems)),
                "solve it first; --anyway sends the quote all the same, which the ticket records");
}

void record_warned(RuleContext& context, const Record& quote) {
    for (const OpenProblem& problem : problems_of(context, quote))
        if (const auto ticket = context.find(*problem.ticket.entity, problem.ticket.id)) {
            Record after = *ticket;
            add_event(context, after, "Warned", context.insisting);
            context.change(*ticket, after);
        }
}

/// The customers that a meeting is with: who takes part, and of the record that it is about.
std::vector<store::Found> partners_of(const Record& meeting) {
    std::vector<store::Found> out;
    if (const auto about = target_of(meeting, meeting.field("about")))
        out.push_back(*about);
    const meta::FieldInfo& attendees = meeting.field("attendees");
    const meta::FieldInfo& who = store::inner_field(attendees, "who");
    for (const store::RowCells& row : meeting.rows[attendees.first]) {
        const auto *noun = std::get_if<std::int64_t>(&row[who.first]),
                   *id = std::get_if<std::int64_t>(&row[who.first + 1]);
        if (noun != nullptr && id != nullptr)
            out.push_back({meeting.entity->model().by_number(static_cast<int>(*noun)), *id});
    }
    return out;
}

}  // namespace

void check_quote_leaves(RuleContext& context, const Record* before, const Record& quote) {
    if (leaves(context, before, quote))
        check_problems(context, quote);
}

void check_mail_leaves(RuleContext& context, const Record* before, const Record& mail) {
    if (const auto quote = quote_of(context, before, mail))
        check_problems(context, *quote);
}

void record_quote_warned(RuleContext& context, const Record* before, const Record& quote) {
    if (!context.insisting.empty() && leaves(context, before, quote))
        record_warned(context, quote);
}

void record_mail_warned(RuleContext& context, const Record* before, const Record& mail) {
    if (context.insisting.empty())
        return;
    if (const auto quote = quote_of(context, before, mail))
        record_warned(context, *quote);
}

void warn_of_meeting(RuleContext& context, const Record* before, const Record& meeting) {
    if (context.imported || context.relinked || meeting.text("status") != "Planned")
        return;
    std::vector<store::Found> known;
    if (before != nullptr)
        known = partners_of(*before);
    std::set<store::Found> named;
    for (const store::Found& partner : partners_of(meeting)) {
        if (std::ranges::find(known, partner) != known.end() || partner.entity == nullptr)
            continue;
        const auto record = context.find(*partner.entity, partner.id);
        if (!record)
            continue;
        for (const OpenProblem& problem : problems_of(context, *record))
            if (named.insert(problem.ticket).second)
                context.remark(fmt::format("warning: {} {} has an open problem: {}",
                                           record->short_id(), record->label(),
                                           people::problem_text(problem)));
    }
}

}  // namespace crm::service
