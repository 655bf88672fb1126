#include "mail/campaign_mail.hpp"

#include "base/sha256.hpp"
#include "form/json_reader.hpp"
#include "meta/type.hpp"
#include "sql/schema.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crm::mail {
namespace {

constexpr std::array<std::string_view, 4> answered{"Responded", "Registered", "Attended",
                                                   "Converted"};
constexpr std::size_t key_digits = 32;

/// {"name":["Ada"]}
std::string values_text(const TemplateValues& values) {
    std::string out;
    for (const auto& [path, list] : values) {
        out += out.empty() ? "{" : ",";
        meta::json_string(path, out);
        out += ":[";
        for (std::size_t i = 0; i < list.size(); ++i) {
            out += i == 0 ? "" : ",";
            meta::json_string(list[i], out);
        }
        out += "]";
    }
    return out.empty() ? "{}" : out + "}";
}

TemplateValues read_values(std::string_view text) {
    TemplateValues out;
    form::JsonReader in(text);
    in.object([&](const std::string& path) { in.array([&] { out[path].push_back(in.text()); }); });
    return out;
}

/// What a step says of those who have answered; empty for the first.
std::string unless_of(store::Store& store, std::int64_t campaign, std::int64_t step) {
    sql::Statement get = store.db().prepare(
        R"(SELECT "unless" FROM "campaign_steps" WHERE "record" = ?1 AND "step" = ?2)");
    return get.with(campaign, step).step() ? std::string(get.text(0)) : std::string();
}

}  // namespace

bool ends_steps(std::string_view rank, std::string_view unless) {
    if (rank == "Converted" || (rank == "Clicked" && unless == "click"))
        return true;
    return unless != "none" && std::ranges::find(answered, rank) != answered.end();
}

std::string once_key(std::string_view campaign_uid, std::int64_t step, std::string_view address) {
    return sha256(fmt::format("campaign {} {} {}", campaign_uid, step,
                              store::consent_key(store::Channel::mail, address)))
        .substr(0, key_digits);
}

bool has_campaign_mail(store::Store& store) {
    return store.db().has_table("campaign_mail");
}

CampaignMailWriter::CampaignMailWriter(store::Store& store) {
    sql::make_campaign_mail(store.db());
    again_ = store.db().prepare(fmt::format(R"(
        UPDATE "campaign_mail" SET "member" = ?2, "mail" = ?3, "position" = ?4, "variant" = ?5,
            "values" = ?6, "campaign" = ?7
        WHERE "key" = ?1 AND EXISTS (
            SELECT 1 FROM "mail_recipients" r
            WHERE r."record" = "campaign_mail"."mail" AND r."position" = "campaign_mail"."position"
              AND {})
        RETURNING "id")",
                                            may_be_queued_again));
    put_ = store.db().prepare(R"(
        INSERT INTO "campaign_mail"("key", "campaign", "step", "member", "mail", "position",
            "variant", "values")
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))");
}

void CampaignMailWriter::put(const std::string& key, std::int64_t mail, std::int64_t position,
                             const CampaignDelivery& delivery) {
    const std::string values = values_text(delivery.values);
    const View variant =
        delivery.variant.empty() ? View() : View(std::string_view(delivery.variant));
    const bool again =
        again_.with(key, delivery.member, mail, position, variant, values, delivery.campaign)
            .step();
    again_.reset();
    if (!again)
        put_.with(key, delivery.campaign, delivery.step, delivery.member, mail, position, variant,
                  values)
            .run();
}

std::optional<CampaignDelivery> campaign_delivery(store::Store& store, const Delivery& delivery) {
    if (delivery.campaign == 0)
        return {};
    sql::Statement get = store.db().prepare(R"(
        SELECT "campaign", "member", "step", coalesce("variant", ''), coalesce("values", '{}')
        FROM "campaign_mail" WHERE "mail" = ?1 AND "position" = ?2)");
    if (!get.with(delivery.mail, delivery.position).step())
        return {};
    return CampaignDelivery{get.integer(0), get.integer(1), get.integer(2),
                            std::string(get.text(3)), read_values(get.text(4))};
}

std::optional<std::string> reason_to_stop(store::Store& store, store::ConsentLedger& ledger,
                                          const Delivery& delivery) {
    sql::Statement get = store.db().prepare(R"(
        SELECT coalesce(c."status", ''), c."deleted_at" IS NULL, m."deleted_at" IS NULL,
            coalesce(m."rank", ''), m."bounced_at" IS NOT NULL, m."opted_out_at" IS NOT NULL,
            coalesce(c."topic", ''), coalesce(c."consent", ''), m."id" IS NOT NULL
        FROM "campaign" c LEFT JOIN "member" m ON m."id" = ?2 WHERE c."id" = ?1)");
    if (!get.with(delivery.campaign, delivery.member).step() || get.integer(1) == 0)
        return "the campaign was removed";
    if (get.text(0) != "Active")
        return fmt::format("stopped: the campaign is {}", get.text(0));
    if (get.integer(8) == 0 || get.integer(2) == 0)
        return "the member was removed";
    if (get.integer(5) != 0)
        return "the member opted out";
    if (get.integer(4) != 0)
        return "mail to the member came back";
    if (delivery.step > 1 &&
        ends_steps(get.text(3), unless_of(store, delivery.campaign, delivery.step)))
        return fmt::format("the member is {}", get.text(3));
    const store::ConsentStanding standing =
        ledger.standing(store::Channel::mail, delivery.address, get.text(6));
    if (!standing.forbidden.empty())
        return fmt::format("the address is suppressed ({})", standing.forbidden);
    if (!has_consent(standing, get.text(7)))
        return "the owner of the address has not agreed";
    return {};
}

bool has_consent(const store::ConsentStanding& standing, std::string_view needed) {
    return needed == "double" ? standing.confirmed : needed != "opt-in" || standing.given;
}

void mark_sent(store::Store& store, const Delivery& delivery, Instant at) {
    const auto more = campaign_delivery(store, delivery);
    if (!more)
        return;
    store.db()
        .prepare(R"(
            UPDATE "member" SET "sent_at" = ?2, "variant" = ?3,
                "step" = CASE WHEN coalesce("step", 0) < ?4 THEN ?4 ELSE "step" END,
                "rank" = CASE WHEN coalesce("rank", 'Targeted') = 'Targeted' THEN 'Sent'
                              ELSE "rank" END
            WHERE "id" = ?1)")
        .with(more->member, at.iso(),
              more->variant.empty() ? View() : View(std::string_view(more->variant)), more->step)
        .run();
}

void mark_bounced(store::Store& store, const Delivery& delivery, Instant at) {
    store.db()
        .prepare(
            R"(UPDATE "member" SET "bounced_at" = ?2 WHERE "id" = ?1 AND "bounced_at" IS NULL)")
        .with(delivery.member, at.iso())
        .run();
}

void copy_campaign_mail(store::Store& store, std::span<const Delivery> deliveries,
                        std::int64_t to) {
    std::int64_t position = 0;
    for (const Delivery& delivery : deliveries) {
        ++position;
        if (delivery.campaign != 0)
            store.db()
                .prepare(R"(INSERT INTO "campaign_mail"("key", "campaign", "step", "member", "mail",
                                "position", "variant", "values")
                            SELECT "key" || ' ' || ?3, "campaign", "step", "member", ?3, ?4,
                                "variant", "values"
                            FROM "campaign_mail" WHERE "mail" = ?1 AND "position" = ?2)")
                .with(delivery.mail, delivery.position, to, position)
                .run();
    }
}

std::int64_t stop_campaign(store::Store& store, std::int64_t campaign) {
    if (!has_campaign_mail(store))
        return 0;
    constexpr std::string_view stoppable = R"("state" IN ('Queued', 'Held') AND EXISTS (
        SELECT 1 FROM "campaign_mail" x
        WHERE x."mail" = "mail_recipients"."record" AND x."position" = "mail_recipients"."position"
          AND x."campaign" = ?1))";
    sql::Statement count = store.db().prepare(
        fmt::format(R"(SELECT count(*) FROM "mail_recipients" WHERE {})", stoppable));
    count.with(campaign).step();
    const std::int64_t out = count.integer(0);
    count.reset();
    store.db()
        .prepare(fmt::format(R"(UPDATE "mail_recipients" SET "state" = 'Cancelled',
                                    "verdict" = CASE WHEN "verdict" = '{}' THEN "verdict"
                                                     ELSE 'stopped' END,
                                    "next_at" = NULL WHERE {})",
                             held_by_adopt, stoppable))
        .with(campaign)
        .run();
    return out;
}

}  // namespace crm::mail
