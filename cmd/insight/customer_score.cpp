#include "base/currency.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/sales/lead_change.hpp"
#include "value/store_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

/// account score, contact score: what customers are worth, by their orders.
namespace crm::cmd {
namespace {

using store::Record;

bool is_named(const Arguments& args) {
    return !args.words.empty() || args.has("where");
}

/// The records that are asked for, ascending; nothing: all.
std::optional<std::vector<std::int64_t>> asked_for(Session& session, const Arguments& args) {
    if (!is_named(args))
        return std::nullopt;
    std::vector<std::int64_t> out;
    for (const store::Found& found : records_given(session, args, ""))
        out.push_back(found.id);
    std::ranges::sort(out);
    return out;
}

std::string currency_of(Session& session, const Arguments& args) {
    if (!args.has("in"))
        return session.store().currency();
    auto code = read_currency(args.text("in"));
    if (!code)
        throw code.error();
    return *code;
}

value::CustomerScores scores_of(Session& session, const Arguments& args) {
    const std::string currency = currency_of(session, args);
    value::CustomerScores out = value::customer_scores_of_store(
        session.resolver(), session.env.clock, *args.noun, currency);
    for (const std::string& note : out.notes)
        session.remark("note: " + note);
    return out;
}

Value amount(std::optional<std::int64_t> minor, const std::string& currency) {
    return minor ? Value(money_text(*minor, currency)) : Value();
}

Value number(std::optional<std::int64_t> of) {
    return of ? Value(*of) : Value();
}

int explain(Session& session, const Arguments& args) {
    const auto asked = asked_for(session, args);
    const value::CustomerScores scores = scores_of(session, args);
    Rows rows(session, {"id", "name", "recency", "frequency", "monetary", "rfm", "rfm_segment",
                        "clv", "alive", "cluster", "currency"});
    for (const value::CustomerScore& score : scores.customers) {
        const auto found = session.resolver().find(score.customer.id, args.noun);
        if (!found || (asked && !std::ranges::binary_search(*asked, found->id)))
            continue;
        rows.row({score.customer.id, score.customer.name, score.recency, score.frequency,
                  amount(score.monetary, scores.currency), score.rfm, std::string(score.segment),
                  amount(score.clv, scores.currency), number(score.alive), number(score.cluster),
                  scores.currency});
    }
    rows.end();
    return 0;
}

std::string text_of(const Record& record) {
    const std::string& rfm = record.text("rfm");
    return rfm.empty() ? "no score" : fmt::format("{} {}", rfm, record.text("rfm_segment"));
}

/// The scores where they changed, else the names of the others that did.
std::string change_text(const Record& before, const Record& after) {
    if (text_of(before) == text_of(after)) {
        std::vector<std::string> names;
        for (const std::string_view name : {"clv", "alive", "cluster"}) {
            const meta::FieldInfo& field = after.field(name);
            if (!std::ranges::equal(before.of(field), after.of(field)))
                names.emplace_back(name);
        }
        return text::joined(names, ", ");
    }
    return before.text("rfm").empty() ? text_of(after)
                                      : fmt::format("{} -> {}", text_of(before), text_of(after));
}

std::span<const std::string_view> customer_score_formats(const Arguments& args) {
    return args.flag("explain") ? std::span<const std::string_view>(formats::rows_with_id)
                                : formats::changes;
}

int run_customer_score(Session& session, const Arguments& args) {
    if (args.flag("explain"))
        return explain(session, args);
    Change change(session, args);
    const auto asked = asked_for(session, args);
    const value::CustomerScores scores = scores_of(session, args);
    const auto changed = value::records_to_score(session.resolver(), session.env.clock, *args.noun,
                                                 scores, asked ? &*asked : nullptr);
    std::unordered_map<std::string_view, const value::CustomerScore*> by_id;
    for (const value::CustomerScore& score : scores.customers)
        by_id.emplace(score.customer.id, &score);
    for (const std::int64_t id : changed) {
        const Record before = load_not_deleted(session, {args.noun, id});
        Record after = before;
        const auto score = by_id.find(before.short_id());
        value::put_scores(after, score == by_id.end() ? nullptr : score->second, scores.currency,
                          session.env.clock.now.iso());
        if (!change.writer.change(before, after))
            continue;
        change.report.add(after, "scored",
                          fmt::format("{}: {}", before.label(), change_text(before, after)));
    }
    // Of all customers, as a job of cron scores them, only the changes are news.
    if (asked)
        for (const std::int64_t id : *asked)
            if (!std::ranges::binary_search(changed, id)) {
                const Record record = load_not_deleted(session, {args.noun, id});
                change.report.add(record, "unchanged", record.label());
            }
    return change.end();
}

Command score_command(std::string_view help, std::string_view customers,
                      std::vector<Example> examples) {
    return {
        .help = help,
        .needs = Needs::writing,
        .arguments = {{.name = "REF", .kind = Kind::reference, .many = true, .help = customers}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "those that the query finds"},
                    {.name = "in",
                     .kind = Kind::currency,
                     .value = "CURRENCY",
                     .help = "currency of clv; default: that of the database"},
                    {.name = "explain", .help = "show the parts of each score and change nothing"}},
        .formats = formats::rows_with_id,
        .formats_for = customer_score_formats,
        .run = run_customer_score,
        .details =
            "Writes rfm, rfm_segment, clv, alive and cluster, as the reports rfm, clv and clusters "
            "find them today; crm-intelligence(7) has the definitions. All customers are compared "
            "with each other, whichever are named. Only what changed is written, as one operation "
            "that undo takes back, and without references or --where only that is printed, so that "
            "the command can run from cron. alive stays empty for a customer without a repeated "
            "purchase. Orders in other currencies are converted by the rates of crm rate; a "
            "customer with an order whose currency has no rate is left out and named.",
        .examples = std::move(examples)};
}

}  // namespace

Command account_score() {
    return score_command("Score accounts as customers by their orders",
                         "the accounts; default: all",
                         {{"account score", "all accounts, as from cron"},
                          {"account score a7 --explain", "why the account has its score"},
                          {"account list is:champion", "the best customers"}});
}

Command contact_score() {
    return score_command("Score contacts as customers by their orders",
                         "the contacts; default: all",
                         {{"contact score", "all contacts, as from cron"},
                          {"contact list is:at-risk", "good customers who are leaving"}});
}

}  // namespace crm::cmd
