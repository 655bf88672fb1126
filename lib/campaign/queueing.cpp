#include "campaign/queueing.hpp"

#include "mail/campaign_mail.hpp"
#include "mail/home.hpp"
#include "store/rows.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace crm::campaign {
namespace {

using store::Record;

void put_cell(const meta::FieldInfo& rows, store::RowCells& row, std::string_view name, Value value,
              std::size_t cell = 0) {
    row[store::inner_field(rows, name).first + cell] = std::move(value);
}

void add_recipient(Record& mail, const Candidate& candidate) {
    const meta::FieldInfo& rows = mail.field("recipients");
    store::RowCells row = store::empty_row(rows);
    put_cell(rows, row, "address", candidate.address);
    put_cell(rows, row, "kind", "To");
    put_cell(rows, row, "who", std::int64_t{candidate.who.entity->number});
    put_cell(rows, row, "who", candidate.who.id, 1);
    put_cell(rows, row, "state", std::string(mail::word(mail::State::queued)));
    put_cell(rows, row, "attempts", std::int64_t{0});
    mail.rows[rows.first].push_back(std::move(row));
}

/// One mail record for up to most_recipients members who get the same text.
void queue_some(store::Writer& writer, const Record& campaign,
                std::span<const Candidate* const> some, const Sending& sending,
                mail::CampaignMailWriter& more) {
    Record mail = skeleton(campaign, writer.store().model(), *some.front()->text, sending);
    for (const Candidate* candidate : some)
        add_recipient(mail, *candidate);
    writer.add(mail);
    mail::put_message_id(writer.store(), mail);
    std::int64_t position = 0;
    for (const Candidate* candidate : some)
        more.put(candidate->key, mail.id, ++position,
                 {campaign.id, candidate->member, candidate->step, candidate->variant,
                  candidate->values});
}

void put_status(store::Writer& writer, const Record& campaign, std::string_view status) {
    Record after = campaign;
    after.put_text("status", std::string(status));
    writer.change(campaign, after);
}

}  // namespace

Record skeleton(const Record& campaign, const meta::Model& model, const Text& text,
                const Sending& sending) {
    Record mail(model.get("mail"));
    mail.put_text("direction", "Outbound");
    mail.put_text("subject", text.subject_source);
    mail.put_text("body", text.body_source);
    mail.put_text("language", text.language);
    mail.put_text("from", sending.from);
    mail.put_text("reply_to", sending.reply_to);
    mail.put(mail.field("template"), {Value(text.record)});
    mail.put(mail.field("about"),
             {Value(std::int64_t{campaign.entity->number}), Value(campaign.id)});
    if (sending.at)
        mail.put_text("send_at", sending.at->iso());
    return mail;
}

std::int64_t queue(store::Writer& writer, const Record& campaign,
                   std::span<const Candidate> candidates, const Sending& sending) {
    // In the order of the members, also where texts and steps differ.
    std::map<std::pair<std::int64_t, const Text*>, std::vector<const Candidate*>> groups;
    for (const Candidate& candidate : candidates)
        groups[{candidate.step, candidate.text}].push_back(&candidate);
    std::vector<std::vector<const Candidate*>> ordered;
    for (auto& [key, group] : groups)
        ordered.push_back(std::move(group));
    std::ranges::sort(ordered, {}, [](const auto& group) { return group.front()->member; });
    mail::CampaignMailWriter more(writer.store());
    for (const std::vector<const Candidate*>& group : ordered)
        for (std::size_t at = 0; at < group.size(); at += mail::most_recipients)
            queue_some(
                writer, campaign,
                std::span(group).subspan(at, std::min(mail::most_recipients, group.size() - at)),
                sending, more);
    put_status(writer, campaign, "Active");
    mail::settle_home(writer.store());
    return static_cast<std::int64_t>(candidates.size());
}

std::int64_t stop(store::Writer& writer, const Record& campaign) {
    const std::int64_t stopped = mail::stop_campaign(writer.store(), campaign.id);
    put_status(writer, campaign, "Inactive");
    return stopped;
}

}  // namespace crm::campaign
