#include "cmd/cli/changes.hpp"
#include "meta/stages.hpp"
#include "sales/line_items.hpp"

#include <fmt/format.h>

#include <set>

/// quote accept: an offer becomes an order.
namespace crm::cmd {
namespace {

using meta::Entity;
using store::Record;

int run(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const Entity& quotes = *args.noun;
    const std::string& stage = before.text(*quotes.find("stage"));
    if (stage.starts_with("Closed"))
        throw Error(Fault::refused, "closed",
                    fmt::format("{} {} is {} already", before.short_id(), before.label(), stage));
    const std::string today = session.env.clock.today().iso();
    if (const std::string& until = before.text(*quotes.find("valid_until"));
        !until.empty() && until < today)
        throw Error(
            Fault::refused, "expired",
            fmt::format("{} {} held until {}", before.short_id(), before.label(), until),
            fmt::format("crm quote edit {} valid_until=… makes it hold longer", before.short_id()));
    const auto& lines = before.rows[quotes.find("lines")->first];
    if (lines.empty())
        throw Error(Fault::refused, "empty_quote",
                    fmt::format("{} {} has no lines: there is nothing to accept", before.short_id(),
                                before.label()),
                    fmt::format("crm quote line add {} PRODUCT", before.short_id()));

    const Entity& orders = session.model().get("order");
    Record order(orders);
    std::vector<std::string> words{"name=" + before.label(), "quote=" + before.short_id(),
                                   "status=Confirmed", "order_date=" + today};
    for (const std::string_view field : {"account", "contact", "owner", "currency"})
        if (const std::string value =
                store::history_text(before, *quotes.find(field), session.model());
            !value.empty())
            words.push_back(fmt::format("{}={}", field, value));
    words.insert(words.end(), args.words.begin() + 1, args.words.end());
    assign(session, change, order, words, false);
    order.rows[orders.find("lines")->first] =
        lines;  // the same fields: shared by deals, quotes and orders
    store::complete(order);
    change.writer.add(order);
    change.report.add(order, "added", order.label());

    Record after = before;
    assign(session, change, after, {"stage=Closed Accepted"}, false);
    change.writer.change(before, after);
    change.report.add(after, "accepted", before.label());

    if (const std::int64_t id = before.number(*quotes.find("deal")); args.has("win") && id != 0) {
        const Record deal = session.store().get(session.model().get("deal"), id);
        Record won = deal;
        assign(session, change, won, {fmt::format("stage={}", meta::won_stage)}, false);
        // What was won is what was accepted, before tax.
        std::int64_t net = 0;
        std::set<std::string> currencies;
        for (const sales::SoldLine& line : sales::lines_of(session.store(), before))
            net += line.net, currencies.insert(line.currency);
        if (currencies.size() == 1 && !currencies.begin()->empty())
            won.put(*deal.entity->find("amount"), {Value(net), Value(*currencies.begin())});
        change.report.add(won, change.writer.change(deal, won) ? "won" : "unchanged", deal.label());
    } else if (args.has("win")) {
        throw Error(Fault::refused, "no_deal",
                    fmt::format("{} {} belongs to no deal that could be won", before.short_id(),
                                before.label()),
                    fmt::format("crm quote edit {} deal=…", before.short_id()));
    }
    return change.end();
}

}  // namespace

Command quote_accept() {
    return {.help = "Make an order of a quote that the customer accepts",
            .needs = Needs::writing,
            .arguments =
                {{.name = "QUOTE", .kind = Kind::reference, .required = true, .help = "the quote"},
                 {.name = "FIELD=VALUE",
                  .kind = Kind::assignments,
                  .many = true,
                  .help = "what else is known of the order: due_on=+30d"}},
            .options = {{.name = "win", .help = "the deal that it belongs to is won with it"}},
            .run = run,
            .details =
                "The order has the quote's lines and customer and is Confirmed today; the quote "
                "becomes Closed Accepted. One that is past its validity, closed or empty is "
                "refused. One undo takes all of it back.",
            .examples = {{"quote accept q7 --win due_on=+30d",
                          "an order, to be paid in thirty days, and a won deal"}}};
}

}  // namespace crm::cmd
