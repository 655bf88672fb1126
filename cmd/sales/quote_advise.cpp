#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "sales/line_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

/// quote advise: what was paid for the same before, how often which discount won, and what is left.
namespace crm::cmd {
namespace {

using store::Record;

constexpr std::size_t few = 5;  ///< cases under which a figure is told with a warning

std::string cases(std::size_t n) {
    return n == 0 ? "nothing is known" : n < few ? "too few cases to go by" : "";
}

/// Of an even number the lower one of the two in the middle: a price that somebody paid.
std::int64_t median(const std::vector<std::int64_t>& sorted) {
    return sorted[(sorted.size() - 1) / 2];
}

/// Net prices of a unit in orders that were not cancelled, lowest first.
std::vector<std::int64_t> paid(Session& session, const std::string& whose, std::int64_t account,
                               const std::string& kind, const sales::SoldLine& line) {
    sql::Statement get = session.store().db().prepare(fmt::format(
        R"(SELECT CAST(round(r."price" * (10000 - coalesce(r."discount", 0)) / 10000.0) AS INTEGER) FROM "order_lines" r JOIN "order" o ON o."id" = r."record" JOIN "account" a ON a."id" = o."account")"
        R"( WHERE r."product" = ?1 AND r."price_currency" = ?2 AND o."deleted_at" IS NULL AND o."undone" IS NULL AND coalesce(o."status", '') <> 'Cancelled' AND {} ORDER BY 1)",
        whose));
    get.bind(1, line.product).bind(2, View(std::string_view(line.currency))).bind(3, account);
    if (!kind.empty())
        get.bind(4, View(std::string_view(kind)));
    std::vector<std::int64_t> out;
    while (get.step())
        out.push_back(get.integer(0));
    return out;
}

struct Band {
    std::int64_t from, to;  ///< hundredths of a per cent
    std::string_view name;
};
constexpr Band bands[] = {{0, 0, "no discount"},
                          {1, 500, "up to 5 %"},
                          {501, 1000, "over 5 to 10 %"},
                          {1001, 2000, "over 10 to 20 %"},
                          {2001, 10000, "over 20 %"}};

int run(Session& session, const Arguments& args) {
    const Record quote =
        session.store().get(*args.noun, resolve_reference(session, args.noun, args.words[0]).id);
    const auto lines = sales::lines_of(session.store(), quote);
    if (lines.empty())
        throw Error(Fault::refused, "empty_quote",
                    fmt::format("{} {} has no lines: there is nothing to advise on",
                                quote.short_id(), quote.label()),
                    fmt::format("crm quote line add {} PRODUCT", quote.short_id()));
    const std::int64_t account = quote.number(*args.noun->find("account"));
    const meta::Entity& accounts = session.model().get("account");
    std::string industry;
    if (const auto customer = session.store().find(accounts, account))
        industry = customer->text(*accounts.find("industry"));

    Rows rows(session, {"line", "product", "about", "cases", "low", "middle", "high", "offered",
                        "currency", "win_rate", "says"});
    std::int64_t place = 0;
    const meta::FieldInfo& field = *args.noun->find("lines");
    const meta::FieldInfo& cost_field =
        *std::ranges::find(field.rows, "cost", [](const meta::FieldInfo& p) { return p.name(); });
    for (const sales::SoldLine& line : lines) {
        ++place;
        const auto& row = quote.rows[field.first][static_cast<std::size_t>(place) - 1];
        const Value product(line.name);
        if (!line.price) {
            rows.row({place, product, std::string("price"), Value(), Value(), Value(), Value(),
                      Value(), Value(), Value(), std::string("no price is offered yet")});
            continue;
        }
        const std::int64_t offered = net_of(one_unit, *line.price, line.discount);
        const auto told = [&](std::string_view about, const std::vector<std::int64_t>& prices) {
            const auto money = [&](std::int64_t minor) {
                return prices.empty() ? Value() : Value(money_text(minor, line.currency));
            };
            std::string says = cases(prices.size());
            if (prices.size() >= few)
                says = offered < prices.front()   ? "below all of them"
                       : offered > prices.back()  ? "above all of them"
                       : offered < median(prices) ? "below the middle"
                       : offered > median(prices) ? "above the middle"
                                                  : "in the middle";
            rows.row({place, product, std::string(about), static_cast<std::int64_t>(prices.size()),
                      prices.empty() ? Value() : money(prices.front()),
                      prices.empty() ? Value() : money(median(prices)),
                      prices.empty() ? Value() : money(prices.back()),
                      money_text(offered, line.currency), line.currency, Value(), says});
        };
        told("this customer paid", paid(session, "o.\"account\" = ?3", account, "", line));
        if (!industry.empty())
            told("others in " + industry + " paid",
                 paid(session, "o.\"account\" <> ?3 AND a.\"industry\" = ?4", account, industry,
                      line));
        else
            told("others paid", paid(session, "o.\"account\" IS NOT ?3", account, "", line));

        for (const Band& band : bands) {
            sql::Statement get = session.store().db().prepare(
                R"(SELECT count(*), sum(q."stage" = 'Closed Accepted') FROM "quote_lines" r JOIN "quote" q ON q."id" = r."record" WHERE r."product" = ?1 AND coalesce(r."discount", 0) BETWEEN ?2 AND ?3)"
                R"( AND q."stage" IN ('Closed Accepted', 'Closed Lost') AND q."id" <> ?4 AND q."deleted_at" IS NULL AND q."undone" IS NULL)");
            get.with(line.product, band.from, band.to, quote.id).step();
            const std::int64_t n = get.integer(0);
            const bool here = line.discount >= band.from && line.discount <= band.to;
            if (n == 0 && !here)
                continue;
            rows.row({place, product,
                      fmt::format("quotes with {}{}", band.name, here ? ", as here" : ""), n,
                      Value(), Value(), Value(), Value(), Value(),
                      n == 0 ? Value()
                             : Value(fmt::format("{:.2f}", static_cast<double>(get.integer(1)) /
                                                               static_cast<double>(n))),
                      cases(static_cast<std::size_t>(n))});
        }

        const auto* cost = std::get_if<std::int64_t>(&row[cost_field.first]);
        const bool comparable =
            cost != nullptr && row[cost_field.first + 1] == Value(line.currency);
        rows.row({place, product, std::string("margin of a unit"), Value(), Value(), Value(),
                  Value(), comparable ? Value(money_text(offered - *cost, line.currency)) : Value(),
                  comparable ? Value(line.currency) : Value(), Value(),
                  !comparable ? std::string("its cost is not known")
                  : offered <= 0
                      ? std::string("nothing is asked for it")
                      : fmt::format("{} % of the price{}", (offered - *cost) * 100 / offered,
                                    offered < *cost ? ", sold at a loss" : "")});
    }
    rows.end();
    return 0;
}

}  // namespace

Command quote_advise() {
    return {.help = "What this customer and others paid, which discounts won, and what is left",
            .needs = Needs::reading,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the quote"}},
            .run = run,
            .details =
                "Line by line: the net prices of a unit in orders that were not cancelled, in the "
                "currency of the line, of the customer and of others in the same industry (of all "
                "others where it has none); how many of the decided quotes were accepted, by the "
                "discount; and the margin. "
                "Every figure says on how many cases it stands; fewer than five are called too "
                "few. The middle is the median, of an even number the lower one.",
            .examples = {{"quote advise q7 -o table", "before it leaves"},
                         {"quote advise q7 --json | jq '.[] | select(.cases > 4)'",
                          "what stands on more than four cases"}}};
}

}  // namespace crm::cmd
