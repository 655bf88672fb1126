#include "sql/computed_fields.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <string>

namespace crm::sql {
namespace {

/// The last call or meeting that took place, mail, note or message of a ticket. Unary plus keeps
/// the engine from looking for all that was held.
constexpr std::string_view contact_last_touch = R"((
    SELECT max("at") FROM (
        SELECT NULL AS "at"
        [UNION ALL SELECT max("start") FROM "call"
         WHERE "about_noun" = 2 AND "about" = $."id"
           AND +"status" = 'Held' AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max("start") FROM "meeting"
         WHERE "about_noun" = 2 AND "about" = $."id"
           AND +"status" = 'Held' AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max(m."start") FROM "meeting_attendees" p
         JOIN "meeting" m ON m."id" = p."record"
         WHERE p."who_noun" = 2 AND p."who" = $."id"
           AND +m."status" = 'Held' AND +m."deleted_at" IS NULL]
        [UNION ALL SELECT max("sent_at") FROM "mail"
         WHERE "about_noun" = 2 AND "about" = $."id" AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max("created_at") FROM "note"
         WHERE "about_noun" = 2 AND "about" = $."id" AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max(e."at") FROM "ticket" q
         JOIN "ticket_events" e ON e."record" = q."id"
         WHERE q."contact" = $."id" AND +q."deleted_at" IS NULL
           AND e."what" IN ('Answer', 'Customer')]) AS "touches"))";

/// The same of a company, its deals and its people.
constexpr std::string_view account_last_touch = R"((
    SELECT max("at") FROM (
        SELECT NULL AS "at"
        [UNION ALL SELECT max("start") FROM "call"
         WHERE "about_noun" = 1 AND "about" = $."id"
           AND +"status" = 'Held' AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max("start") FROM "meeting"
         WHERE "about_noun" = 1 AND "about" = $."id"
           AND +"status" = 'Held' AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max("sent_at") FROM "mail"
         WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max("created_at") FROM "note"
         WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL]
        [UNION ALL SELECT max(c."start") FROM "deal" d
         JOIN "call" c ON c."about_noun" = 8 AND c."about" = d."id"
         WHERE d."account" = $."id" AND +c."status" = 'Held' AND +c."deleted_at" IS NULL]
        [UNION ALL SELECT max(c."start") FROM "deal" d
         JOIN "meeting" c ON c."about_noun" = 8 AND c."about" = d."id"
         WHERE d."account" = $."id" AND +c."status" = 'Held' AND +c."deleted_at" IS NULL]
        [UNION ALL SELECT max(c."sent_at") FROM "deal" d
         JOIN "mail" c ON c."about_noun" = 8 AND c."about" = d."id"
         WHERE d."account" = $."id" AND +c."deleted_at" IS NULL]
        [UNION ALL SELECT max(c."created_at") FROM "deal" d
         JOIN "note" c ON c."about_noun" = 8 AND c."about" = d."id"
         WHERE d."account" = $."id" AND +c."deleted_at" IS NULL]
        [UNION ALL SELECT max(e."at") FROM "ticket" q
         JOIN "ticket_events" e ON e."record" = q."id"
         WHERE q."account" = $."id" AND +q."deleted_at" IS NULL
           AND e."what" IN ('Answer', 'Customer')]
        [UNION ALL SELECT max({c:contact.last_touch}) FROM "contact_accounts" p
         JOIN "contact" c ON c."id" = p."record"
         WHERE p."account" = $."id" AND c."deleted_at" IS NULL]) AS "touches"))";

/// What is added up for an account's profit: orders that stand and their lines, and expenses about
/// it.
constexpr std::string_view account_profit = R"((
    SELECT CASE WHEN count(DISTINCT "currency") = 1 THEN sum("value") END FROM (
        SELECT NULL AS "value", NULL AS "currency"
        [UNION ALL SELECT {o:order.margin},
            (SELECT min(r."price_currency") FROM "order_lines" r WHERE r."record" = o."id")
         FROM "order" o
         WHERE o."account" = $."id" AND o."deleted_at" IS NULL
           AND o."status" NOT IN ('Draft', 'Cancelled')]
        [UNION ALL SELECT -"amount", "amount_currency" FROM "expense"
         WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL]) AS "entries"))";
constexpr std::string_view account_profit_currency = R"((
    SELECT min("currency") FROM (
        SELECT NULL AS "currency"
        [UNION ALL SELECT r."price_currency" FROM "order" o
         JOIN "order_lines" r ON r."record" = o."id"
         WHERE o."account" = $."id" AND o."deleted_at" IS NULL
           AND o."status" NOT IN ('Draft', 'Cancelled')]
        [UNION ALL SELECT "amount_currency" FROM "expense"
         WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL]) AS "entries"))";

constexpr std::string_view kb_version = R"((
    SELECT count(*) FROM "@_versions" r WHERE r."record" = $."id"))";

/// The number of different tickets or, of those without one, of different people: by noun and
/// number in one, as sql::search_id has them.
constexpr std::string_view kb_reused = R"((
    SELECT count(DISTINCT coalesce(r."ticket", r."by_noun" * 1099511627776 + r."by"))
    FROM "@_uses" r WHERE r."record" = $."id" AND r."what" = 'Used'))";
constexpr std::string_view kb_helpful = R"((
    SELECT count(DISTINCT coalesce(r."ticket", r."by_noun" * 1099511627776 + r."by"))
    FROM "@_uses" r WHERE r."record" = $."id" AND r."what" = 'Helpful'))";
constexpr std::string_view kb_unhelpful = R"((
    SELECT count(DISTINCT coalesce(r."ticket", r."by_noun" * 1099511627776 + r."by"))
    FROM "@_uses" r WHERE r."record" = $."id" AND r."what" = 'Unhelpful'))";

/// A mark hides the rank, but does not change it.
constexpr std::string_view member_status = R"((
    CASE WHEN $."opted_out_at" IS NOT NULL THEN 'Opted Out'
         WHEN $."bounced_at" IS NOT NULL THEN 'Bounced'
         ELSE coalesce($."rank", 'Targeted') END))";

/// Since when the last row of its stages is.
constexpr std::string_view deal_stage_since = R"(coalesce(
    (SELECT r."at" FROM "@_stages" r
     WHERE r."record" = $."id" ORDER BY r."position" DESC LIMIT 1),
    $."created_at"))";

constexpr std::string_view mail_answered_at = R"((
    SELECT min(m."sent_at") FROM "mail" m
    WHERE m."thread" = $."thread" AND m."sent_at" > $."sent_at"
      AND m."direction" <> $."direction" AND m."deleted_at" IS NULL))";

/// A mail is as far as the recipient that needs attention first; without an outbox row it was only
/// recorded.
constexpr std::string_view mail_state = R"((
    SELECT CASE min(CASE r."state" WHEN 'Unsure' THEN 1 WHEN 'Trying' THEN 2 WHEN 'Queued' THEN 3
            WHEN 'Held' THEN 4 WHEN 'Failed' THEN 5 WHEN 'Sent' THEN 6 ELSE 7 END)
        WHEN 1 THEN 'Unsure' WHEN 2 THEN 'Trying' WHEN 3 THEN 'Queued' WHEN 4 THEN 'Held'
        WHEN 5 THEN 'Failed' WHEN 6 THEN 'Sent' WHEN 7 THEN 'Cancelled'
        ELSE CASE WHEN $."direction" = 'Inbound' THEN 'Received'
            WHEN $."direction" = 'Outbound' AND $."sent_at" IS NOT NULL THEN 'Sent'
            ELSE 'Draft' END END
    FROM "@_recipients" r WHERE r."record" = $."id"))";
constexpr std::string_view mail_verdict = R"((
    SELECT r."verdict" FROM "@_recipients" r
    WHERE r."record" = $."id" AND r."verdict" IS NOT NULL ORDER BY r."position" LIMIT 1))";

/// Of one line: quantity (in thousandths) x price less the discount (in hundredths of a per cent),
/// rounded half up; the same as net_of in base/money. Whole parts are multiplied apart, because the
/// product of all of it has more digits than a number with a fraction.
constexpr std::string_view line_net = R"((
    coalesce($."quantity", 1000) * (10000 - coalesce($."discount", 0)) * ($."price" / 10000000)
    + CAST(round(coalesce($."quantity", 1000) * (10000 - coalesce($."discount", 0))
                 * ($."price" % 10000000) / 10000000.0) AS INTEGER)))";

/// What the lines of a record come to; nothing where they are of several currencies or one has no
/// price: a part of a sum is no sum. Totals::complete in sales/totals says the same.
constexpr std::string_view lines_net = R"((
    SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 AND count(r."price") = count(*)
        THEN sum({r:@.lines.net}) END
    FROM "@_lines" r WHERE r."record" = $."id"))";
constexpr std::string_view lines_tax = R"((
    SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 AND count(r."price") = count(*)
        THEN sum({r:@.lines.net} / 10000 * coalesce(r."tax", 0)
            + CAST(round({r:@.lines.net} % 10000 * coalesce(r."tax", 0) / 10000.0) AS INTEGER)) END
    FROM "@_lines" r WHERE r."record" = $."id"))";
constexpr std::string_view lines_total = R"(({lines_net} + {lines_tax}))";
constexpr std::string_view lines_margin = R"((
    SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 AND count(r."price") = count(*)
            AND count(CASE WHEN r."cost_currency" <> r."price_currency" THEN 1 END) = 0
            AND count(r."cost") = count(*)
        THEN sum({r:@.lines.net} - coalesce(r."quantity", 1000) * (coalesce(r."cost", 0) / 1000)
            - CAST(round(coalesce(r."quantity", 1000) * (coalesce(r."cost", 0) % 1000) / 1000.0)
                   AS INTEGER)) END
    FROM "@_lines" r WHERE r."record" = $."id"))";
constexpr std::string_view lines_currency = R"((
    SELECT min(r."price_currency") FROM "@_lines" r WHERE r."record" = $."id"))";

/// What a deal is worth: its amount, else its lines, else, while it is open, the list price of its
/// product.
constexpr std::string_view deal_value = R"(coalesce($."amount", {lines_net}
    [, CASE WHEN $."stage" NOT IN ('Closed Won', 'Closed Lost')
        THEN (SELECT p."price" FROM "product" p WHERE p."id" = $."product") END]))";
constexpr std::string_view deal_currency = R"(CASE
    WHEN $."amount" IS NOT NULL THEN $."amount_currency"
    WHEN {lines_net} IS NOT NULL THEN {lines_currency}
    [WHEN $."stage" NOT IN ('Closed Won', 'Closed Lost')
        THEN (SELECT p."price_currency" FROM "product" p WHERE p."id" = $."product")] END)";

constexpr std::string_view order_currency = R"(coalesce($."total_currency", {lines_currency}))";
/// The total, or what the lines come to with tax, less the payments; nothing is to be paid of an
/// order that is paid or cancelled.
constexpr std::string_view order_balance = R"((
    SELECT CASE WHEN count(CASE WHEN p."amount_currency" <> {order_currency} THEN 1 END) = 0
        THEN CASE WHEN $."status" IN ('Paid', 'Cancelled') THEN 0 ELSE 1 END
            * (coalesce($."total", {lines_total}) - coalesce(sum(p."amount"), 0)) END
    FROM "@_payments" p WHERE p."record" = $."id"))";
/// What an order is worth without tax.
constexpr std::string_view order_net = R"((coalesce($."total", {lines_total})
    - coalesce({lines_tax}, 0)))";

/// Of its clocks the worst counts. lib/service/clock.hpp says the same of each.
constexpr std::string_view ticket_sla_state = R"(CASE
    WHEN $."breach_at" < {now} THEN 'Missed'
    WHEN coalesce($."response_due", $."next_response_due", $."resolution_due", $."sla_left") IS NULL
        THEN 'None'
    WHEN $."status" IN ('Closed', 'Rejected', 'Duplicate') THEN 'Kept'
    WHEN $."sla_left" IS NOT NULL THEN 'Paused'
    WHEN $."resolution_due" IS NULL AND $."waiting_since" IS NULL THEN 'Kept'
    ELSE 'Running' END)";

constexpr Formula formulas[] = {
    {"account_last_touch", account_last_touch},
    {"account_profit", account_profit, account_profit_currency},
    {"contact_last_touch", contact_last_touch},
    {"deal_stage_since", deal_stage_since},
    {"deal_currency", deal_currency},
    {"deal_value", deal_value, deal_currency},
    {"kb_helpful", kb_helpful},
    {"kb_reused", kb_reused},
    {"kb_unhelpful", kb_unhelpful},
    {"kb_version", kb_version},
    {"line_net", line_net, R"($."price_currency")"},
    {"lines_currency", lines_currency},
    {"lines_margin", lines_margin, lines_currency},
    {"lines_net", lines_net, lines_currency},
    {"lines_tax", lines_tax, lines_currency},
    {"lines_total", lines_total, lines_currency},
    {"mail_answered_at", mail_answered_at},
    {"mail_state", mail_state},
    {"mail_verdict", mail_verdict},
    {"member_status", member_status},
    {"order_balance", order_balance, order_currency},
    {"order_currency", order_currency},
    {"order_net", order_net, order_currency},
    {"ticket_sla_state", ticket_sla_state},
};

}  // namespace

const Formula& formula(std::string_view name) {
    const auto* it = std::ranges::find(formulas, name, &Formula::name);
    if (it == std::end(formulas))
        throw Error(Fault::internal, "computed_field",
                    "there is no formula " + std::string(name) + " for a computed field");
    return *it;
}

}  // namespace crm::sql
