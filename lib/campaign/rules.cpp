#include "campaign/rules.hpp"

#include "base/text.hpp"
#include "campaign/members.hpp"
#include "campaign/plan.hpp"
#include "mail/campaign_mail.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

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
    if (noun.null() || (before != nullptr && std::ranges::equal(before->of(who), member.of(who))))
        return;
    const meta::Entity* entity = context.store().model().by_number(static_cast<int>(noun.number));
    if (entity != nullptr && !can_join(*entity))
        throw Error(
            Fault::refused, "not_a_person",
            fmt::format("{} cannot be a member of a campaign", meta::with_article(entity->noun)),
            "members are contacts, leads and accounts");
}

void keep_sent(RuleContext&, const Record& member) {
    if (was_sent_to(member))
        throw Error(
            Fault::refused, "already_sent",
            fmt::format("{} cannot be removed: something has been sent to them", member.short_id()),
            fmt::format("crm member show {}", member.short_id()));
}

store::TakenBack take_back(RuleContext&, const Record& member) {
    return {.stays = was_sent_to(member)};
}

/// The campaigns with these uids, also from the trash, of which mails were queued or sent.
std::vector<Record> mailed_campaigns(store::Store& store, const std::vector<std::string>& uids) {
    std::vector<Record> out;
    if (uids.empty() || !mail::has_campaign_mail(store))
        return out;
    sql::Statement get = store.db().prepare(R"(
        SELECT c."id" FROM "campaign" c
        WHERE c."uid" = ?1 AND EXISTS (SELECT 1 FROM "campaign_mail" x WHERE x."campaign" = c."id"))");
    for (const std::string& uid : uids)
        if (get.with(uid).step())
            out.push_back(store.get(store.model().get("campaign"), get.integer(0)));
    return out;
}

/// The uids of those that were merged into a record, by its references.
std::set<std::string> merged_uids(const Record& record) {
    constexpr std::string_view scheme = "uid:";
    std::set<std::string> out;
    for (const meta::Item& item : meta::read_items(record.text("refs")))
        if (item.value.starts_with(scheme))
            out.insert(item.value.substr(scheme.size()));
    return out;
}

/// Whether an address has had a step is kept by campaign: in another one it would be mailed again.
void check_merge(RuleContext& context, const Record* before, const Record& campaign) {
    if (before == nullptr || before->text("refs") == campaign.text("refs"))
        return;
    std::vector<std::string> merged;
    std::ranges::set_difference(merged_uids(campaign), merged_uids(*before),
                                std::back_inserter(merged));
    store::Store& store = context.store();
    for (const Record& dropped : mailed_campaigns(store, merged)) {
        const bool fits_the_other_way = mailed_campaigns(store, {campaign.uid}).empty();
        throw Error(
            Fault::refused, "already_sent",
            fmt::format("{} {} cannot be merged into another campaign: its mails were "
                        "queued or sent",
                        dropped.short_id(), text::visible(dropped.label())),
            fits_the_other_way
                ? fmt::format("crm campaign merge {} {}", dropped.short_id(), campaign.short_id())
                : fmt::format("crm campaign edit {} status=complete", dropped.short_id()));
    }
}

constexpr Rule table[] = {
    {"campaign", nullptr, check_merge, nullptr, Asked::changes},
    {"campaign", nullptr, check_plan, nullptr, Asked::changes},
    {"member", keep_rank, check_who, nullptr, Asked::changes},
    {.noun = "member", .complete = complete_rank, .remove = keep_sent, .take_back = take_back},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::campaign
