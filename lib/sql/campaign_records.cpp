#include "sql/campaign_records.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/named_records.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace crm::sql {
namespace {

constexpr std::string_view template_aside = "old_template";

/// A text that was no name of a template is what was to be sent.
void put_body(Connection& connection, std::int64_t id, const std::string& text) {
    const std::string words = text::words(text);
    connection.prepare(R"(UPDATE "template" SET "body" = ?2 WHERE "id" = ?1)").with(id, text).run();
    connection.prepare(R"(UPDATE "template_words" SET "body" = ?2 WHERE "id" = ?1)")
        .with(id, words)
        .run();
}

struct OldMember {
    std::int64_t campaign = 0, noun = 0, who = 0;
    std::string status;
};

std::vector<OldMember> old_members(Connection& connection) {
    Statement all = connection.prepare(R"(
        SELECT "record", "who_noun", "who", coalesce("status", '') FROM "campaign_members"
        WHERE "who" IS NOT NULL AND "record" IN (SELECT "id" FROM "campaign")
        ORDER BY "record", "position")");
    std::vector<OldMember> out;
    while (all.step())
        out.push_back({all.integer(0), all.integer(1), all.integer(2), std::string(all.text(3))});
    return out;
}

void make_members(Connection& connection, const meta::Entity& member) {
    const meta::FieldInfo& rank = *member.find("rank");
    make_linked_tables(connection, member);
    NewRecords records(connection, member);
    Statement put = connection.prepare(R"(
        UPDATE "member" SET "campaign" = ?2, "who_noun" = ?3, "who" = ?4, "rank" = ?5
        WHERE "id" = ?1)");
    for (const OldMember& old : old_members(connection)) {
        const std::int64_t id = records.add({});
        const OldStanding standing = old_standing(rank, old.status);
        put.with(id, old.campaign, old.noun, old.who, standing.rank).run();
        if (!standing.mark.empty())
            connection
                .prepare(fmt::format(R"(UPDATE "member" SET {} = ?2 WHERE "id" = ?1)",
                                     quoted(standing.mark)))
                .with(id, records.now())
                .run();
    }
    records.finish();
    connection.run(R"(DROP TABLE "campaign_members")");
}

}  // namespace

OldStanding old_standing(const meta::FieldInfo& rank, std::string_view status) {
    if (status == "Bounced")
        return {"Sent", "bounced_at"};
    if (status == "Opted Out")
        return {"Targeted", "opted_out_at"};
    for (const std::string_view word : rank.field->more.words)
        if (word == status)
            return {word, {}};
    return {"Targeted", {}};
}

void set_campaign_texts_aside(Connection& connection) {
    if (!connection.has_table("campaign_members"))
        return;
    connection.run(fmt::format(R"(ALTER TABLE "campaign" RENAME COLUMN "template" TO {})",
                               quoted(template_aside)));
}

void make_campaign_records(Connection& connection, const meta::Model& model) {
    if (!connection.has_table("campaign"))
        return;
    const meta::Entity& campaign = model.get("campaign");
    make_linked_tables(connection, campaign);
    if (has_column(connection, "campaign", template_aside))
        link_texts(connection, campaign, template_aside, "template", *campaign.find("template"),
                   put_body);
    if (connection.has_table("campaign_members"))
        make_members(connection, model.get("member"));
}

}  // namespace crm::sql
