#include "sales/line_items.hpp"

#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "sales/price.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

/// quote line, order line, deal line: what is sold, line by line.
namespace crm::cmd {
namespace {

using meta::Entity;
using meta::FieldInfo;
using store::Record;
using store::RowCells;

struct LineItems {
    Session& session;
    Record& record;
    const FieldInfo& field = *record.entity->find("lines");

    const FieldInfo& inner(std::string_view name) const { return inner_field(field, name); }
    std::vector<RowCells>& rows() const { return record.rows[field.first]; }

    std::int64_t number(const RowCells& row, std::string_view name, std::int64_t otherwise) const {
        const auto* n = std::get_if<std::int64_t>(&row[inner(name).first]);
        return n == nullptr ? otherwise : *n;
    }
    std::string text_of(std::string_view name) const {
        const FieldInfo* p = record.entity->find(name);
        return p == nullptr ? std::string() : record.text(*p);
    }
    /// Of the record, else of its lines, else of the store.
    std::string currency() const {
        if (const std::string own = text_of("currency"); !own.empty())
            return own;
        for (const RowCells& row : rows())
            if (const auto* code = std::get_if<std::string>(&row[inner("price").first + 1]))
                return *code;
        return session.store().currency();
    }
    std::string product(const RowCells& row) const {
        return session.store().name(*inner("product").to, number(row, "product", 0));
    }

    /// Pump: 2 x 100.00 -5 % = 190.00 EUR
    std::string told(const RowCells& row) const {
        const std::int64_t units = number(row, "quantity", one_unit),
                           price = number(row, "price", 0), discount = number(row, "discount", 0);
        const std::string quantity = decimal_text(units, 3);
        const auto* code = std::get_if<std::string>(&row[inner("price").first + 1]);
        if (code == nullptr)
            return fmt::format("{}: {}, without a price", product(row), quantity);
        const std::int64_t net = net_of(units, price, discount);
        return fmt::format("{}: {} x {}{} = {} {}", product(row), quantity,
                           money_text(price, *code),
                           discount == 0 ? "" : fmt::format(" -{} %", decimal_text(discount, 2)),
                           money_text(net, *code), *code);
    }

    bool belongs(const Record& segment) const {
        const Entity* noun = session.model().find(segment.text(*segment.entity->find("noun")));
        if (noun == nullptr || (noun->noun != "account" && noun->noun != "contact"))
            return false;
        const FieldInfo* link = record.entity->find(noun->noun);
        const std::int64_t id = link == nullptr ? 0 : record.number(*link);
        return id != 0 &&
               selection(session, *noun, {"@" + segment.label(), meta::short_id(*noun, id)})
                       .count() > 0;
    }

    /// Fills in the price and the cost where nothing was said.
    void price(RowCells& row, const Record& sold, bool told_price, std::string& from) const {
        if (const FieldInfo& cost = inner("cost"), &own = *sold.entity->find("cost");
            std::holds_alternative<std::monostate>(row[cost.first]))
            std::ranges::copy(sold.of(own), row.begin() + static_cast<long>(cost.first));
        if (told_price)
            return;
        std::optional<Record> book;
        if (const FieldInfo* link = record.entity->find("pricebook");
            link != nullptr && record.number(*link) != 0)
            book = session.store().find(*link->to, record.number(*link));
        auto price = sales::price_of(
            session.store(),
            {.product = sold,
             .quantity = number(row, "quantity", one_unit),
             .currency = currency(),
             .today = session.env.clock.today().iso(),
             .book = book ? &*book : nullptr,
             .belongs = [this](const Record& segment) { return belongs(segment); }});
        if (!price)
            throw price.error();
        row[inner("price").first] = price->unit.minor;
        row[inner("price").first + 1] = price->unit.currency;
        from = price->from;
    }

    std::size_t place(const std::string& word) const {
        std::size_t n = 0;
        const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), n);
        if (wrong == std::errc{} && end == word.data() + word.size()) {
            if (n >= 1 && n <= rows().size())
                return n - 1;
            throw Error(Fault::not_found, "not_found",
                        fmt::format("{} {} has no line {}", record.short_id(), record.label(), n),
                        fmt::format("it has {}", rows().size()));
        }
        const std::int64_t id = resolve_reference(session, inner("product").to, word).id;
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < rows().size(); ++i)
            if (number(rows()[i], "product", 0) == id)
                found.push_back(i);
        if (found.empty())
            throw Error(Fault::not_found, "not_found",
                        fmt::format("{} {} has no line of {}", record.short_id(), record.label(),
                                    text::clipped(word, 60)));
        if (found.size() > 1) {
            std::vector<std::string> numbers;
            for (const std::size_t i : found)
                numbers.push_back(std::to_string(i + 1));
            throw Error(Fault::ambiguous, "ambiguous",
                        fmt::format("{} {} has {} lines of {}", record.short_id(), record.label(),
                                    found.size(), text::clipped(word, 60)),
                        "say which: " + text::joined(numbers, ", "));
        }
        return found.front();
    }

    /// Open quotes of other sellers that offer this customer the same for another price are told,
    /// before anything leaves.
    void warn_of_others(const RowCells& row) const {
        if (record.entity->noun != "quote" || record.number(*record.entity->find("account")) == 0)
            return;
        const auto* code = std::get_if<std::string>(&row[inner("price").first + 1]);
        if (code == nullptr)
            return;
        const std::int64_t discount = number(row, "discount", 0),
                           net = number(row, "price", 0) * (100 * one_percent - discount);
        sql::Statement others = session.store().db().prepare(
            R"(SELECT q."id", q."name", u."name", r."price", coalesce(r."discount", 0) FROM "quote" q JOIN "quote_lines" r ON r."record" = q."id" LEFT JOIN "user" u ON u."id" = q."owner"
               WHERE q."account" = ?1 AND r."product" = ?2 AND r."price_currency" = ?3 AND q."id" <> ?4 AND coalesce(q."owner", 0) <> ?5 AND q."deleted_at" IS NULL AND q."undone" IS NULL
               AND coalesce(q."stage", '') NOT IN ('Closed Accepted', 'Closed Lost', 'Closed Dead') AND r."price" * (10000 - coalesce(r."discount", 0)) <> ?6 ORDER BY q."id")");
        others.with(record.number(*record.entity->find("account")), number(row, "product", 0),
                    *code, record.id, record.number(*record.entity->find("owner")), net);
        const auto offer = [&](std::int64_t price, std::int64_t off) {
            return fmt::format("{}{} {}", money_text(price, *code),
                               off == 0 ? "" : fmt::format(" -{} %", decimal_text(off, 2)), *code);
        };
        while (others.step())
            session.remark(fmt::format(
                "warning: {} {}{} offers the same customer {} for {}, {} {} for {}",
                meta::short_id(*record.entity, others.integer(0)), others.text(1),
                others.text(2).empty() ? "" : fmt::format(" (of {})", others.text(2)), product(row),
                offer(others.integer(3), others.integer(4)), record.short_id(), record.label(),
                offer(number(row, "price", 0), discount)));
    }
};

}  // namespace

void check_lines_open(Session& session, const Record& record, bool adds) {
    const auto text_of = [&](std::string_view name) {
        const FieldInfo* field = record.entity->find(name);
        return field == nullptr ? std::string() : record.text(*field);
    };
    for (const auto& [field, closed] :
         {std::pair{"stage", "Closed"}, std::pair{"status", "Cancelled"}})
        if (text_of(field).starts_with(closed))
            throw Error(Fault::refused, "closed",
                        fmt::format("{} {} is {}: its lines stay as they are", record.short_id(),
                                    record.label(), text_of(field)));
    if (const std::string until = text_of("valid_until");
        adds && !until.empty() && until < session.env.clock.today().iso())
        throw Error(
            Fault::refused, "expired",
            fmt::format("{} {} held until {}", record.short_id(), record.label(), until),
            fmt::format("crm {} edit {} valid_until=+30d", record.entity->noun, record.short_id()));
}

void add_line(Session& session, Record& record, const Record& product, std::int64_t quantity) {
    const LineItems lines{session, record};
    RowCells row = empty_row(lines.field);
    row[lines.inner("product").first] = product.id;
    row[lines.inner("quantity").first] = quantity;
    std::string from;
    lines.price(row, product, false, from);
    lines.warn_of_others(row);
    lines.rows().push_back(std::move(row));
}

namespace {

int run(Session& session, const Arguments& args) {
    const std::string verb = args.words[0];
    if (verb != "add" && verb != "edit" && verb != "rm")
        throw Error(Fault::usage, "unknown_verb",
                    fmt::format("{} line knows no '{}'", args.noun->noun, text::clipped(verb, 40)),
                    "add, edit or rm");
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[1]));
    Record after = before;
    const LineItems lines{session, after};
    check_lines_open(session, before, verb == "add");
    const std::vector<std::string> words(args.words.begin() + 3, args.words.end());
    std::string what;
    if (verb == "rm") {
        if (!words.empty())
            throw Error(Fault::usage, "too_many",
                        fmt::format("'{}' is too much for line rm", text::clipped(words[0], 40)));
        const std::size_t at = lines.place(args.words[2]);
        what = fmt::format("without {}", lines.told(lines.rows()[at]));
        lines.rows().erase(lines.rows().begin() + static_cast<long>(at));
    } else {
        const bool is_new = verb == "add";
        const FieldInfo& product = lines.inner("product");
        RowCells row = empty_row(lines.field);
        std::size_t at = lines.rows().size();
        if (is_new)
            row[product.first] = resolve_reference(session, product.to, args.words[2]).id;
        else
            at = lines.place(args.words[2]), row = lines.rows()[at];
        for (const std::string& word : words)
            assign_row(session, lines.field, row, word, lines.currency());
        std::string from;
        const Record sold = session.store().get(*product.to, lines.number(row, "product", 0));
        lines.price(
            row, sold,
            !is_new || std::ranges::any_of(
                           words, [](const std::string& w) { return w.starts_with("price="); }),
            from);
        what = lines.told(row) + (from.empty() ? "" : fmt::format(" ({})", from));
        lines.warn_of_others(row);
        if (is_new)
            lines.rows().push_back(std::move(row));
        else
            lines.rows()[at] = std::move(row);
    }
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", what);
    return change.end();
}

Command command() {
    return {
        .help = "Add, change or take away a line",
        .needs = Needs::writing,
        .arguments =
            {{.name = "add|edit|rm", .kind = Kind::word, .required = true, .help = "what to do"},
             {.name = "REF", .kind = Kind::reference, .required = true, .help = "whose line"},
             {.name = "PRODUCT|N",
              .kind = Kind::word,
              .required = true,
              .help = "the product; of edit and rm also the number of the line"},
             {.name = "FIELD=VALUE",
              .kind = Kind::assignments,
              .many = true,
              .help = "quantity, price, discount, tax, cost"}},
        .run = run,
        .details =
            "Where no price is said it is that of the chosen price book; else of the valid one for "
            "the customer's segment; else of the valid one for everybody; else the list price; in "
            "the currency of the record, else of its lines, else of the store. "
            "Two price books of one rank with different prices are an error. Quantities have up to "
            "three decimals, discounts and taxes two. A line's net is quantity x price less the "
            "discount, before tax, rounded half up to the currency's smallest unit; the total is "
            "the sum of what the lines show. "
            "A warning names open quotes of other sellers that offer the customer the same product "
            "for another price."};
}

}  // namespace

Command quote_line() {
    Command c = command();
    c.examples = {{"quote line add q7 PUMP-1 quantity=2 discount=5% tax=19%",
                   "at the price that holds for the customer"},
                  {"quote line rm q7 1", "the first line"}};
    return c;
}
Command order_line() {
    Command c = command();
    c.examples = {{"order line add o3 PUMP-1 quantity=2", "one more line"}};
    return c;
}
Command deal_line() {
    Command c = command();
    c.examples = {{"deal line add d41 PUMP-1 quantity=2", "what the deal is made of"}};
    return c;
}

}  // namespace crm::cmd
