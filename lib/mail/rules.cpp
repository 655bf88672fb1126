#include "mail/rules.hpp"

#include "mail/campaign_mail.hpp"
#include "mail/delivery.hpp"
#include "mail/home.hpp"
#include "mail/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crm::mail {
namespace {

using meta::FieldInfo;
using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

/// What the recipients get.
constexpr std::string_view content[] = {"subject", "body", "from", "reply_to"};
/// Who gets it: the rows of the outbox are about these.
constexpr std::string_view addresses[] = {"to", "cc", "bcc"};

const FieldInfo& recipients_of(const Record& mail) {
    return *mail.entity->find("recipients");
}

std::size_t state_cell(const Record& mail) {
    return std::ranges::find(recipients_of(mail).rows, std::string_view("state"),
                             [](const FieldInfo& field) { return field.name(); })
        ->first;
}

bool differs(const Record& before, const Record& after, std::string_view field) {
    const FieldInfo& info = *after.entity->find(field);
    return before.text(info) != after.text(info);
}

/// What was queued is complete: its text and recipients are fixed.
void keep_queued(RuleContext&, const Record* before, const Record& after) {
    if (before == nullptr)
        return;
    const auto& rows = before->rows[recipients_of(*before).first];
    if (rows.empty())
        return;
    const std::size_t state = state_cell(*before);
    const bool all_held = std::ranges::all_of(rows, [&](const store::RowCells& row) {
        return View(row[state]).text == word(State::held);
    });
    const auto refuse = [&](std::string_view field, std::string hint) {
        throw Error(Fault::refused, "already_queued",
                    fmt::format("{} of {} cannot be changed: it has been queued", field,
                                before->short_id()),
                    std::move(hint));
    };
    for (const std::string_view field : addresses)
        if (differs(*before, after, field))
            refuse(field, fmt::format("crm mail cancel {}, and write another", before->short_id()));
    for (const std::string_view field : content)
        if (!all_held && differs(*before, after, field))
            refuse(field, fmt::format("crm mail hold {} first", before->short_id()));
}

/// The HTML part was made of the text: another text needs another.
void drop_stale_html(RuleContext&, const Record* before, Record& after) {
    if (before != nullptr && differs(*before, after, "body"))
        after.put(*after.entity->find("html"), {Value()});
}

/// A loaded database does not send what it had queued before somebody has looked at it; what was
/// under way then may have left.
void hold_loaded(RuleContext& context, const Record*, Record& mail) {
    if (!context.loading)
        return;
    const std::size_t state = state_cell(mail);
    for (store::RowCells& row : mail.rows[recipients_of(mail).first]) {
        const std::string_view word_now = View(row[state]).text;
        if (word_now == word(State::queued))
            row[state] = std::string(word(State::held));
        else if (word_now == word(State::trying))
            row[state] = std::string(word(State::unsure));
    }
}

void leave_home_when_loaded(RuleContext& context, const Record*, const Record& mail) {
    if (context.loading && !mail.rows[recipients_of(mail).first].empty())
        leave_home(context.store());
}

/// What is queued or held becomes cancelled; a mail of which something has left stays.
store::TakenBack take_back(RuleContext& context, const Record& mail) {
    store::TakenBack out;
    for (const Delivery& delivery : deliveries(context.store(), {.mail = mail.id})) {
        ++out.all;
        if (has_left(delivery.state))
            ++out.left;
        else if (may_cancel(delivery.state))
            put_state(context.store(), delivery, State::cancelled,
                      delivery.verdict == held_by_adopt ? held_by_adopt : "undone");
    }
    out.stays = out.left > 0;
    return out;
}

constexpr Rule table[] = {
    {"mail", drop_stale_html, keep_queued, nullptr, Asked::changes},
    {"mail", hold_loaded, nullptr, leave_home_when_loaded},
    {.noun = "mail", .take_back = take_back},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::mail
