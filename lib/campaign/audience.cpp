#include "campaign/audience.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "campaign/postal_address.hpp"
#include "campaign/progress.hpp"
#include "mail/campaign_mail.hpp"
#include "people/open_problems.hpp"
#include "store/query_context.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

namespace crm::campaign {
namespace {

using meta::Entity;
using store::Channel;
using store::Record;

constexpr std::array<std::string_view, reasons> words{
    "already sent",      "stopped",          "not due",     "no address",      "opted out",
    "bounced",           "no consent",       "open ticket", "mailed recently", "other channel",
    "duplicate address", "cannot be filled", "to mail"};

/// A member as the database has it, beside what a Candidate keeps.
struct Standing {
    std::string rank;
    bool came_back = false, opted_out = false, has_flag = false;
    std::string preferred;
    std::int64_t account = 0;
    std::string sent_at, result, next_at;  ///< of letters and calls
};

struct Row {
    Candidate candidate;
    Standing standing;
};

/// The column of a noun, or NULL where it has none of that name.
std::string column_or_null(const Entity& noun, std::string_view column) {
    return noun.find(column) == nullptr
               ? "NULL"
               : "p." + sql::quoted(noun.find(column)->columns.back().name);
}

/// What a member is reached by, as an expression; the postal address is read from the record.
std::string address_of(const Entity& noun, Channel channel) {
    return channel == Channel::post
               ? "NULL"
               : column_or_null(noun, channel == Channel::phone ? "phone" : "email");
}

constexpr std::string_view members_of_noun = R"(
SELECT m."id", m."uid", m."who", coalesce(m."rank", 'Targeted'), m."bounced_at" IS NOT NULL,
    m."opted_out_at" IS NOT NULL, coalesce(p.{name}, ''), coalesce({address}, ''),
    coalesce({language}, ''), coalesce({preferred}, ''), coalesce({flag}, 0),
    coalesce({account}, 0), coalesce(m."sent_at", ''), coalesce(m."result", ''),
    coalesce(m."next_at", '')
FROM "member" m
LEFT JOIN {noun} p ON p."id" = m."who" AND p."deleted_at" IS NULL AND p."undone" IS NULL
WHERE m."campaign" = ?1 AND m."who_noun" = ?2 AND m."deleted_at" IS NULL AND m."undone" IS NULL)";

class AudienceBuilder {
public:
    explicit AudienceBuilder(const AudienceRequest& request)
        : request_(request),
          store_(request.resolver.store()),
          campaign_(request.campaign),
          channel_(channel_of(request.campaign)),
          steps_(steps_of(request.campaign)),
          progress_(store_, request.campaign.id),
          ledger_(store_) {
        if (request.step && *request.step != 1 &&
            std::ranges::find(steps_, *request.step, &Step::number) == steps_.end())
            throw no_step(campaign_, *request.step);
    }

    std::vector<Candidate> build() {
        read_members();
        read_open();
        read_recent();
        const auto problems = people::customers_with_open_problems(store_);
        for (Row& row : rows_) {
            row.candidate.reason = reason_of(row);
            row.candidate.has_open_problem =
                row.candidate.reason == Reason::to_mail && is_among(problems, row);
        }
        if (request_.texts != nullptr)
            fill();
        std::vector<Candidate> out;
        out.reserve(rows_.size());
        for (Row& row : rows_)
            out.push_back(std::move(row.candidate));
        return out;
    }

private:
    void read_members() {
        for (const Entity* noun : nouns_of_members(store_, campaign_.id))
            read_members(*noun);
        std::ranges::sort(rows_, {}, [](const Row& row) { return row.candidate.member; });
    }

    void read_members(const Entity& noun) {
        const std::string_view flag = channel_ == Channel::phone ? "do_not_call" : "do_not_mail";
        sql::Statement all = store_.db().prepare(fmt::format(
            members_of_noun, fmt::arg("noun", sql::quoted(noun.noun)),
            fmt::arg("name", sql::quoted(noun.name()->name())),
            fmt::arg("address", address_of(noun, channel_)),
            fmt::arg("language", column_or_null(noun, "language")),
            fmt::arg("preferred", column_or_null(noun, "preferred_channel")),
            fmt::arg("flag", channel_ == Channel::post ? "NULL" : column_or_null(noun, flag)),
            fmt::arg("account",
                     noun.noun == "account" ? R"(p."id")" : column_or_null(noun, "account"))));
        for (all.with(campaign_.id, noun.number); all.step();) {
            Row& row = rows_.emplace_back();
            row.candidate.member = all.integer(0);
            row.candidate.uid = all.text(1);
            row.candidate.who = {&noun, all.integer(2)};
            row.candidate.name = all.text(6);
            row.candidate.address = all.text(7);
            row.candidate.language = all.text(8);
            row.standing = {
                std::string(all.text(3)),  all.integer(4) != 0,       all.integer(5) != 0,
                all.integer(10) != 0,      std::string(all.text(9)),  all.integer(11),
                std::string(all.text(12)), std::string(all.text(13)), std::string(all.text(14))};
            if (channel_ == Channel::post)
                row.candidate.address = postal_address(row.candidate.who);
        }
    }

    /// That of a letter; empty where it is not complete.
    std::string postal_address(const store::Found& who) {
        const auto record = store_.find(*who.entity, who.id);
        if (!record || !record->deleted_at.empty())
            return {};
        const PostalAddress address = postal_address_of(store_, *record);
        return missing_part(address).empty() ? address.line() : std::string();
    }

    /// Whom `not_with` finds: people, and their companies.
    void read_open() {
        const std::string& query = campaign_.text("not_with");
        if (query.empty())
            return;
        for (const std::string_view noun : {"contact", "account", "lead"}) {
            const Entity& entity = store_.model().get(noun);
            try {
                for (const std::int64_t id :
                     store::select(request_.resolver, request_.clock, entity, {query}).ids())
                    open_.insert({&entity, id});
            } catch (const Error& e) {
                // A path of contacts that accounts and leads do not have.
                if (noun == "contact" || e.code != "unknown_field")
                    throw;
            }
        }
    }

    /// Who had a mail of any campaign within `cap`.
    void read_recent() {
        const std::string& cap = campaign_.text("cap");
        if (cap.empty() || !mail::has_campaign_mail(store_))
            return;
        const Instant since{request_.clock.now.seconds - duration_seconds(cap)};
        sql::Statement all = store_.db().prepare(R"(
            SELECT r."address", r."who_noun", r."who" FROM "mail_recipients" r
            JOIN "campaign_mail" x ON x."mail" = r."record" AND x."position" = r."position"
            WHERE r."sent_at" > ?1)");
        for (all.with(since.iso()); all.step();) {
            recent_addresses_.insert(text::folded(all.text(0)));
            if (const Entity* noun = store_.model().by_number(static_cast<int>(all.integer(1))))
                recent_.insert({noun, all.integer(2)});
        }
    }

    /// Letters and calls have one step. The result of a call ends it, unless another is to follow.
    std::optional<Reason> outside_mail(const Standing& standing) const {
        if (channel_ == Channel::post && !standing.sent_at.empty())
            return Reason::already_sent;
        if (channel_ == Channel::phone && !standing.result.empty() && standing.next_at.empty())
            return Reason::stopped;
        return request_.step.value_or(1) == 1 ? std::nullopt : std::optional(Reason::not_due);
    }

    /// Sets the step that comes next; a reason where none does now.
    std::optional<Reason> next_step(Row& row) {
        if (channel_ != Channel::mail)
            return outside_mail(row.standing);
        const Progress::Last& last = progress_.of(row.candidate.member);
        row.candidate.step = last.step + 1;
        if (request_.step && last.step >= *request_.step)
            return Reason::already_sent;
        if (last.step == 0)
            return request_.step.value_or(1) == 1 ? std::nullopt : std::optional(Reason::not_due);
        const auto step = std::ranges::find(steps_, row.candidate.step, &Step::number);
        if (step == steps_.end())
            return Reason::already_sent;
        const Standing& standing = row.standing;
        if (standing.came_back || standing.opted_out ||
            mail::ends_steps(standing.rank, step->unless))
            return Reason::stopped;
        if (request_.step && row.candidate.step != *request_.step)
            return Reason::not_due;
        const auto sent = iso_instant(last.sent_at);
        if (!sent || sent->seconds + step->after > request_.clock.now.seconds)
            return Reason::not_due;
        return {};
    }

    std::optional<Reason> objection(const Row& row) {
        const store::ConsentStanding standing =
            ledger_.standing(channel_, row.candidate.address, campaign_.text("topic"));
        if (row.standing.opted_out || row.standing.has_flag || standing.forbidden == "out")
            return Reason::opted_out;
        if (row.standing.came_back || !standing.forbidden.empty())
            return Reason::bounced;
        if (!mail::has_consent(standing, campaign_.text("consent")))
            return Reason::no_consent;
        return {};
    }

    bool has_open(const Row& row) const {
        return !open_.empty() &&
               (open_.contains(row.candidate.who) ||
                (row.standing.account != 0 &&
                 open_.contains({&store_.model().get("account"), row.standing.account})));
    }

    static bool is_among(const people::CustomersWithProblems& problems, const Row& row) {
        const store::Found& who = row.candidate.who;
        return problems.accounts.contains(row.standing.account) ||
               (who.entity->noun == "contact" && problems.contacts.contains(who.id));
    }

    Reason reason_of(Row& row) {
        Candidate& candidate = row.candidate;
        if (const auto reason = next_step(row))
            return *reason;
        if (candidate.address.empty())
            return Reason::no_address;
        candidate.key = mail::once_key(campaign_.uid, candidate.step, candidate.address);
        if (progress_.has(candidate.key))
            return Reason::already_sent;
        if (const auto reason = objection(row))
            return *reason;
        if (has_open(row))
            return Reason::open_ticket;
        if (recent_.contains(candidate.who) ||
            recent_addresses_.contains(text::folded(candidate.address)))
            return Reason::mailed_recently;
        const std::string& preferred = row.standing.preferred;
        if (!preferred.empty() && !prefers(preferred, channel_) &&
            campaign_.number("any_channel") == 0)
            return Reason::other_channel;
        if (!seen_.insert(candidate.key).second)
            return Reason::duplicate_address;
        return Reason::to_mail;
    }

    /// The text and the values of those who get a mail.
    void fill() {
        const std::vector<Variant> variants = variants_of(campaign_);
        std::map<const Entity*, std::vector<std::int64_t>> ids;
        for (const Row& row : rows_)
            if (row.candidate.reason == Reason::to_mail)
                ids[row.candidate.who.entity].push_back(row.candidate.who.id);
        std::map<const Entity*, std::map<std::int64_t, TemplateValues>> values;
        for (const auto& [noun, some] : ids)
            values[noun] = request_.texts->values(*noun, some);
        for (Row& row : rows_) {
            Candidate& candidate = row.candidate;
            if (candidate.reason != Reason::to_mail)
                continue;
            const Variant* variant = nullptr;
            if (!variants.empty()) {
                variant = &variant_for(variants, campaign_.uid, candidate.uid);
                candidate.variant = variant->name;
            }
            candidate.text = request_.texts->find(candidate.step, variant, candidate.language);
            candidate.values = values[candidate.who.entity][candidate.who.id];
            if (candidate.text == nullptr || breaks_a_header(candidate))
                candidate.reason = Reason::cannot_be_filled;
        }
    }

    static bool breaks_a_header(const Candidate& candidate) {
        const auto breaks = [](std::string_view text) {
            return text.find_first_of("\r\n") != std::string_view::npos;
        };
        if (breaks(candidate.name) || breaks(candidate.address))
            return true;
        return breaks(candidate.text->subject.filled(candidate.values));
    }

    const AudienceRequest& request_;
    store::Store& store_;
    const Record& campaign_;
    Channel channel_;
    std::vector<Step> steps_;
    Progress progress_;
    store::ConsentLedger ledger_;
    std::vector<Row> rows_;
    std::set<store::Found> open_, recent_;
    std::unordered_set<std::string> recent_addresses_, seen_;
};

}  // namespace

std::string_view word(Reason reason) {
    return words[static_cast<std::size_t>(reason)];
}

std::vector<const Entity*> nouns_of_members(store::Store& store, std::int64_t campaign) {
    std::vector<const Entity*> out;
    if (!store.db().has_table("member"))
        return out;
    sql::Statement nouns = store.db().prepare(R"(
        SELECT DISTINCT "who_noun" FROM "member"
        WHERE "campaign" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL ORDER BY "who_noun")");
    for (nouns.with(campaign); nouns.step();)
        if (const Entity* noun = store.model().by_number(static_cast<int>(nouns.integer(0))))
            out.push_back(noun);
    return out;
}

std::vector<Candidate> audience(const AudienceRequest& request) {
    return AudienceBuilder(request).build();
}

std::optional<std::string> over_budget(store::Store& store, const Record& campaign) {
    const meta::FieldInfo &budget = campaign.field("budget"), &cost = campaign.field("actual_cost");
    const View limit = campaign.views(budget).front();
    if (limit.null())
        return {};
    const std::string currency = campaign.text(budget);
    std::int64_t spent = campaign.text(cost) == currency ? campaign.views(cost).front().number : 0;
    if (store.db().has_table("expense")) {
        sql::Statement sum = store.db().prepare(R"(
            SELECT coalesce(sum("amount"), 0) FROM "expense"
            WHERE "about_noun" = ?1 AND "about" = ?2 AND "amount_currency" = ?3
              AND "deleted_at" IS NULL AND "undone" IS NULL)");
        sum.with(campaign.entity->number, campaign.id, currency).step();
        spent += sum.integer(0);
    }
    if (spent <= limit.number)
        return {};
    return fmt::format("{} {} of {} {}", money_text(spent, currency), currency,
                       money_text(limit.number, currency), currency);
}

}  // namespace crm::campaign
