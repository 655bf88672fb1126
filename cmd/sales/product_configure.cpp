#include "base/money.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/sales/context.hpp"
#include "sales/configuration.hpp"
#include "sales/line_items.hpp"
#include "sales/price_book.hpp"

#include <fmt/format.h>

#include <span>

/// product configure: check a choice of a bundle's options and show what it costs.
namespace crm::cmd {
namespace {

using sales::Configuration;
using store::Record;

constexpr std::int64_t max_quantity = 1'000'000;

/// OPTION or OPTION=N.
void choose(Session& session, const meta::Entity& products, const std::string& word,
            Configuration& configuration) {
    const auto equals = word.rfind('=');
    std::int64_t quantity = 1;
    if (equals != std::string::npos) {
        quantity =
            whole_text_as<std::int64_t>(std::string_view(word).substr(equals + 1)).value_or(-1);
        if (quantity < 0 || quantity > max_quantity)
            throw Error(Fault::usage, "bad_number",
                        fmt::format("'{}' has no valid quantity", text::clipped(word, 60)),
                        fmt::format("{}=2; set discounts and taxes with crm quote line edit",
                                    configuration.options().front().name));
    }
    const store::Found option = resolve_reference(session, &products, word.substr(0, equals));
    configuration.choose(option.id, quantity);
}

int add_to_quote(Session& session, const Arguments& args, const Record& bundle,
                 const Configuration& configuration) {
    Change change(session, args);
    const meta::Entity& quotes = session.model().get("quote");
    const Record before =
        load_not_deleted(session, resolve_reference(session, &quotes, args.text("quote")));
    Record after = before;
    for (const std::string& warning : configuration.add_to(pricing_context(session), after))
        session.remark(warning);
    const std::size_t options = configuration.chosen().size();
    const bool changed = change.writer.change(before, after);
    change.report.add(
        after, changed ? "updated" : "unchanged",
        fmt::format("{} with {} option{}", bundle.label(), options, options == 1 ? "" : "s"));
    return change.end();
}

void print_prices(Session& session, const Configuration& configuration, const std::string& currency,
                  const Record* price_book) {
    const std::string today = session.env.clock.today().iso();
    Rows rows(session, {"product",
                        "name",
                        "quantity",
                        {"price", show::Shape::money},
                        {"net", show::Shape::money},
                        "currency"});
    std::int64_t total = 0;
    bool complete = true;
    for (const auto& part : configuration.priced(today, currency, price_book)) {
        Value price;
        Value net;
        if (part.price) {
            const std::int64_t amount = net_of(part.quantity * one_unit, *part.price, 0);
            total += amount;
            price = money_text(*part.price, currency);
            net = money_text(amount, currency);
        } else {
            complete = false;
        }
        rows.row({part.code, part.product.label(), part.quantity, price, net, currency});
    }
    rows.row({Value(), std::string("total"), Value(), Value(),
              complete ? Value(money_text(total, currency)) : Value(), currency});
    rows.end();
}

std::span<const std::string_view> configure_formats(const Arguments& args) {
    return args.has("quote") ? std::span<const std::string_view>(formats::changes) : formats::rows;
}

int run_product_configure(Session& session, const Arguments& args) {
    const Record bundle =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    Configuration configuration(session.store(), bundle);
    for (const std::string& word : std::span(args.words).subspan(1))
        choose(session, *args.noun, word, configuration);
    if (args.has("quote"))
        return add_to_quote(session, args, bundle, configuration);

    std::optional<Record> book;
    std::string currency = session.store().currency();
    if (args.has("pricebook")) {
        const meta::Entity& books = session.model().get("pricebook");
        book =
            load_not_deleted(session, resolve_reference(session, &books, args.text("pricebook")));
        currency = sales::price_book_currency(session.store(), *book);
    }
    print_prices(session, configuration, currency, book ? &*book : nullptr);
    const auto problems = configuration.problems();
    for (const std::string& problem : problems)
        session.remark(fmt::format("{}: {}", bundle.label(), problem));
    return problems.empty() ? 0 : static_cast<int>(Fault::refused);
}

}  // namespace

Command product_configure() {
    return {.help = "Check a choice of a bundle's options and show its price",
            .needs = Needs::writing,
            .arguments = {{.name = "BUNDLE",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the bundle"},
                          {.name = "OPTION[=N]",
                           .kind = Kind::assignments,
                           .many = true,
                           .help = "the chosen options and their quantities"}},
            .options = {{.name = "pricebook",
                         .kind = Kind::reference,
                         .value = "PRICEBOOK",
                         .help = "use the prices of this price book",
                         .noun = "pricebook"},
                        {.name = "quote",
                         .kind = Kind::reference,
                         .value = "QUOTE",
                         .help = "add the choice to this quote, at its prices",
                         .noun = "quote"}},
            .formats = formats::rows_with_id,
            .formats_for = configure_formats,
            .run = run_product_configure,
            .details =
                "The price is that of the bundle itself, if it has one, plus that of its "
                "options. Everything that is wrong with the choice is printed to standard "
                "error, and the exit code is 4. With --quote a wrong choice changes "
                "nothing.",
            .examples = {{"product configure SERVER DISK=2 RAID", "the price of a server"},
                         {"product configure SERVER DISK=2 RAID --quote q7", "add it to a quote"}}};
}

}  // namespace crm::cmd
