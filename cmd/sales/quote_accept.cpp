#include "cmd/cli/changes.hpp"
#include "sales/quote_acceptance.hpp"

/// quote accept: turn a quote into an order.
namespace crm::cmd {
namespace {

using store::Record;

int run_quote_accept(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record quote =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const std::string today = session.env.clock.today().iso();
    sales::require_acceptable(session.store(), quote, today);
    Record order = sales::order_from_quote(quote, today);
    assign(session, change, order, {args.words.begin() + 1, args.words.end()}, false);

    const auto done = sales::accept_quote(change.writer, quote, order, args.flag("win"));
    change.report.add(order, "added", order.label());
    change.report.add(done.quote, "accepted", quote.label());
    if (done.deal)
        change.report.add(*done.deal, done.deal_changed ? "won" : "unchanged", done.deal->label());
    return change.end();
}

}  // namespace

Command quote_accept() {
    return {.help = "Turn an accepted quote into an order",
            .needs = Needs::writing,
            .arguments =
                {{.name = "QUOTE", .kind = Kind::reference, .required = true, .help = "the quote"},
                 {.name = "FIELD=VALUE",
                  .kind = Kind::assignments,
                  .many = true,
                  .help = "more fields of the order: due_on=+30d"}},
            .options = {{.name = "win", .help = "mark the deal of the quote as won"}},
            .run = run_quote_accept,
            .details =
                "The order has the customer and the line items of the quote, the status "
                "Confirmed and today's date; the quote becomes Closed Accepted. A quote "
                "that is closed, past its validity or without line items is refused, and one "
                "that became an order before, unless that was cancelled or removed. With "
                "--win the amount of the deal becomes the net total of the quote. One "
                "`crm undo` reverts everything.",
            .examples = {{"quote accept q7", "an order from the quote"},
                         {"quote accept q7 --win due_on=+30d",
                          "an order that is due in thirty days, and a won deal"}}};
}

}  // namespace crm::cmd
