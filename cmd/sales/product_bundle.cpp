#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "sales/bundle.hpp"
#include "sales/price.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

/// product option, product configure: bundles, and what a choice of their options costs.
namespace crm::cmd {
namespace {

using meta::FieldInfo;
using store::Record;
using store::RowCells;

/// requires=A then requires=B is both; requires= is none.
void add_names(Session& session, const FieldInfo& field, RowCells& row, const std::string& word) {
    const auto equals = word.find('=');
    Value& cell = row[inner_field(field, word.substr(0, equals)).first];
    if (equals + 1 == word.size()) {
        cell = Value();
        return;
    }
    auto names = std::holds_alternative<std::string>(cell)
                     ? sales::listed(std::get<std::string>(cell))
                     : std::vector<std::string>();
    for (const std::string& reference : sales::listed(word.substr(equals + 1))) {
        std::string name = sales::called(
            session.store(), resolve_reference(session, field.rows.front().to, reference).id);
        if (std::ranges::find(names, name) == names.end())
            names.push_back(std::move(name));
    }
    cell = fmt::format("{}", fmt::join(names, ", "));
}

std::string told(const sales::Option& o) {
    std::string out = o.name;
    if (o.least > 0 || o.most)
        out += fmt::format(", {} to {}", o.least,
                           o.most ? std::to_string(*o.most) : std::string("any number"));
    if (!o.needs.empty())
        out += fmt::format(", requires {}", fmt::join(o.needs, ", "));
    if (!o.excludes.empty())
        out += fmt::format(", excludes {}", fmt::join(o.excludes, ", "));
    return out;
}

int run_option(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    Record after = before;
    const FieldInfo& options = *before.entity->find("options");
    const std::int64_t product = resolve_reference(session, args.noun, args.words[1]).id;
    if (product == before.id)
        throw Error(
            Fault::refused, "own_option",
            fmt::format("{} {} cannot be an option of itself", before.short_id(), before.label()));
    std::vector<RowCells>& rows = after.rows[options.first];
    auto row =
        std::ranges::find_if(rows, [&](const RowCells& r) { return r[0] == Value(product); });
    if (args.has("rm")) {
        if (row == rows.end())
            throw Error(
                Fault::not_found, "not_found",
                fmt::format("{} is no option of {} {}", sales::called(session.store(), product),
                            before.short_id(), before.label()));
        rows.erase(row);
        change.report.add(after, change.writer.change(before, after) ? "updated" : "unchanged",
                          "without " + sales::called(session.store(), product));
        return change.end();
    }
    if (row == rows.end())
        row = rows.insert(rows.end(), empty_row(options)), (*row)[0] = product;
    for (const std::string& word : std::span(args.words).subspan(2)) {
        if (word.starts_with("requires=") || word.starts_with("excludes="))
            add_names(session, options, *row, word);
        else
            assign_row(session, options, *row, word, session.store().currency());
    }
    const auto all = sales::options_of(session.store(), after);
    if (const std::string why = sales::contradiction(all); !why.empty())
        throw Error(Fault::refused, "contradiction",
                    fmt::format("the bundle {} would contradict itself: {}", before.label(), why),
                    fmt::format("crm product show {} -F options", before.short_id()));
    change.report.add(after, change.writer.change(before, after) ? "updated" : "unchanged",
                      told(*std::ranges::find(all, product, &sales::Option::product)));
    return change.end();
}

int run_configure(Session& session, const Arguments& args) {
    const Record bundle =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const auto options = sales::options_of(session.store(), bundle);
    if (options.empty())
        throw Error(
            Fault::refused, "no_bundle",
            fmt::format("{} {} is no bundle: it has no options", bundle.short_id(), bundle.label()),
            fmt::format("crm product option {} PRODUCT", bundle.short_id()));
    std::vector<std::int64_t> order;
    std::map<std::int64_t, std::int64_t> chosen;
    for (const std::string& word : std::span(args.words).subspan(1)) {
        const auto equals = word.rfind('=');
        std::int64_t n = 1;
        if (equals != std::string::npos) {
            const auto [end, bad] =
                std::from_chars(word.data() + equals + 1, word.data() + word.size(), n);
            if (bad != std::errc{} || end != word.data() + word.size() || n < 0 || n > 1'000'000)
                throw Error(
                    Fault::usage, "bad_number",
                    fmt::format("'{}': how many?", text::clipped(word, 60)),
                    fmt::format("{}=2; a discount or a tax is of a line: crm quote line edit",
                                options.front().name));
        }
        const std::int64_t id = resolve_reference(session, args.noun, word.substr(0, equals)).id;
        const auto known = std::ranges::find(options, id, &sales::Option::product);
        if (known == options.end()) {
            std::vector<std::string> names;
            for (const sales::Option& o : options)
                names.push_back(o.name);
            throw Error(Fault::refused, "no_option",
                        fmt::format("{} is no option of {}", sales::called(session.store(), id),
                                    bundle.label()),
                        text::joined(names, ", "));
        }
        if (!chosen.contains(id))
            order.push_back(id);
        chosen[id] += n;
    }
    const auto wrong = sales::wrong_with(options, chosen);

    // Into a quote: all its lines, or none.
    std::optional<Change> change;
    std::optional<Record> before, quote;
    if (args.has("quote")) {
        if (!wrong.empty())
            throw Error(Fault::refused, "wrong_choice",
                        fmt::format("{}: {}", bundle.label(), fmt::join(wrong, "; ")),
                        "the quote stays as it was");
        const meta::Entity& quotes = session.model().get("quote");
        const std::string reference = args.value("quote");
        change.emplace(session, args);
        before = load_not_deleted(session, resolve_reference(session, &quotes, reference));
        check_lines_open(session, *before, true);
        quote = before;
    }
    std::optional<Record> book;
    if (args.has("pricebook"))
        book = load_not_deleted(
            session,
            resolve_reference(session, &session.model().get("pricebook"), args.value("pricebook")));
    std::string currency = book ? book->text(*book->entity->find("currency")) : std::string();
    if (currency.empty())
        currency = session.store().currency();

    Rows rows(session, {"product", "name", "quantity", "price", "net", "currency"});
    std::int64_t total = 0;
    bool unpriced = false;
    const auto line = [&](const Record& product, std::int64_t n, bool must) {
        if (quote) {
            add_line(session, *quote, product, n * one_unit);
            return;
        }
        const auto price =
            sales::price_of(session.store(), {.product = product,
                                              .quantity = n * one_unit,
                                              .currency = currency,
                                              .today = session.env.clock.today().iso(),
                                              .book = book ? &*book : nullptr,
                                              .belongs = [](const Record&) { return false; }});
        if (!price && price.error().code != "no_price")
            throw price.error();
        if (!price && !must)
            return;
        const Value name(product.label()), called(sales::called(session.store(), product.id));
        if (!price) {
            unpriced = true;
            rows.row({called, name, n, Value(), Value(), currency});
            return;
        }
        const std::int64_t net = price->unit.minor * n;
        total += net;
        rows.row({called, name, n, money_text(price->unit.minor, currency),
                  money_text(net, currency), currency});
    };
    line(bundle, 1, false);
    for (const std::int64_t id : order)
        if (chosen[id] > 0)
            line(session.store().get(*args.noun, id), chosen[id], true);
    if (quote) {
        change->report.add(*quote, change->writer.change(*before, *quote) ? "updated" : "unchanged",
                           fmt::format("{} with {} option{}", bundle.label(), order.size(),
                                       order.size() == 1 ? "" : "s"));
        return change->end();
    }
    rows.row({Value(), std::string("total"), Value(), Value(),
              unpriced ? Value() : Value(money_text(total, currency)), currency});
    rows.end();
    for (const std::string& why : wrong)
        session.remark(fmt::format("{}: {}", bundle.label(), why));
    return wrong.empty() ? 0 : static_cast<int>(Fault::refused);
}

}  // namespace

Command product_option() {
    return {.help = "Say what a bundle can be made of",
            .needs = Needs::writing,
            .arguments = {{.name = "BUNDLE",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the product that is a bundle"},
                          {.name = "PRODUCT",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "what can be chosen"},
                          {.name = "FIELD=VALUE",
                           .kind = Kind::assignments,
                           .many = true,
                           .help = "min, max, requires, excludes"}},
            .options = {{.name = "rm", .help = "it cannot be chosen any more"}},
            .run = run_option,
            .details =
                "Calls accumulate: another product is another option, requires= and excludes= add "
                "to what the option requires and excludes; empty they clear it. An option with a "
                "min has to be chosen. "
                "What would make the bundle contradict itself is refused: a min above the max, an "
                "option that could never be chosen.",
            .examples = {{"product option SERVER DISK min=1 max=4", "one to four disks"},
                         {"product option SERVER RAID requires=DISK excludes=TAPE",
                          "a controller needs disks"}}};
}

Command product_configure() {
    return {.help = "Check a choice of a bundle's options, and say what it costs",
            .needs = Needs::writing,
            .arguments = {{.name = "BUNDLE",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the bundle"},
                          {.name = "OPTION[=N]",
                           .kind = Kind::assignments,
                           .many = true,
                           .help = "what is chosen, and how many of it"}},
            .options = {{.name = "pricebook",
                         .kind = Kind::word,
                         .value = "PRICEBOOK",
                         .help = "its prices, where it has one"},
                        {.name = "quote",
                         .kind = Kind::word,
                         .value = "QUOTE",
                         .help = "put the choice into the quote, at its prices"}},
            .run = run_configure,
            .details =
                "A choice costs what the bundle costs by itself, if anything, and its options. "
                "What is wrong is said on standard error, every fault of it, and the exit is 4. "
                "With --quote nothing is written unless the choice is right.",
            .examples = {{"product configure SERVER DISK=2 RAID", "what it costs"},
                         {"product configure SERVER DISK=2 RAID --quote q7", "into the quote"}}};
}

}  // namespace crm::cmd
