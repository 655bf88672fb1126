#include "campaign/rules.hpp"

#include "campaign/members.hpp"
#include "campaign/plan.hpp"

#include <fmt/format.h>

namespace crm::campaign {
namespace {

using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

/// Who was written to is at least Sent, also when an undo takes back how far they got.
void complete_rank(RuleContext&, const Record*, Record& member) {
    if (member.text("rank").empty())
        member.put_text("rank", "Targeted");
    if (was_sent_to(member) && is_lower(member, member.text("rank"), "Sent"))
        member.put_text("rank", "Sent");
}

/// The rank never falls; an undo may take back what was wrong.
void keep_rank(RuleContext&, const Record* before, Record& member) {
    if (before != nullptr && is_lower(member, member.text("rank"), before->text("rank")))
        member.put_text("rank", before->text("rank"));
}

void check_who(RuleContext& context, const Record* before, const Record& member) {
    const meta::FieldInfo& who = member.field("who");
    const auto noun = member.views(who).front();
    if (noun.null() || (before != nullptr && before->number(who) == member.number(who)))
        return;
    const meta::Entity* entity = context.store().model().by_number(static_cast<int>(noun.number));
    if (entity != nullptr && !can_join(*entity))
        throw Error(
            Fault::refused, "not_a_person",
            fmt::format("{} cannot be a member of a campaign", meta::with_article(entity->word)),
            "members are contacts, leads and accounts");
}

constexpr Rule table[] = {
    {"campaign", nullptr, check_plan, nullptr, Asked::changes},
    {"member", keep_rank, check_who, nullptr, Asked::changes},
    {"member", complete_rank},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::campaign
