#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/records.hpp"
#include "sales/line_items.hpp"
#include "show/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

/// quote print, order print: a sheet for the customer.
namespace crm::cmd {
namespace {

using store::Record;

/// The words of a sheet, and how a language writes numbers and days (CLDR 44).
struct Language {
    std::string_view code, quote, order, date, valid_until, due_on, position, item, quantity, price,
        discount, tax, net, subtotal, total;
    std::string_view group, point, day;  ///< of a day: y, m and d
};
constexpr Language languages[] = {
    {"en", "Quote", "Order", "Date", "Valid until", "Due on", "No.", "Item", "Quantity", "Price",
     "Discount", "Tax", "Net", "Subtotal", "Total", ",", ".", "y-m-d"},
    {"de", "Angebot", "Auftrag", "Datum", "Gültig bis", "Zahlbar bis", "Pos.", "Artikel", "Menge",
     "Preis", "Rabatt", "MwSt.", "Netto", "Zwischensumme", "Gesamt", ".", ",", "d.m.y"},
    {"fr", "Devis", "Commande", "Date", "Valable jusqu’au", "À payer avant le", "N°", "Article",
     "Quantité", "Prix", "Remise", "TVA", "Net", "Sous-total", "Total", "\u202f", ",", "d/m/y"},
    {"es", "Presupuesto", "Pedido", "Fecha", "Válido hasta", "Vence el", "N.º", "Artículo",
     "Cantidad", "Precio", "Descuento", "IVA", "Neto", "Subtotal", "Total", ".", ",", "d/m/y"},
    {"it", "Preventivo", "Ordine", "Data", "Valido fino al", "Scadenza", "N.", "Articolo",
     "Quantità", "Prezzo", "Sconto", "IVA", "Netto", "Imponibile", "Totale", ".", ",", "d/m/y"},
    {"nl", "Offerte", "Bestelling", "Datum", "Geldig tot", "Te betalen op", "Nr.", "Artikel",
     "Aantal", "Prijs", "Korting", "Btw", "Netto", "Subtotaal", "Totaal", ".", ",", "d-m-y"},
    {"pt", "Orçamento", "Encomenda", "Data", "Válido até", "Vence em", "N.º", "Artigo",
     "Quantidade", "Preço", "Desconto", "IVA", "Líquido", "Subtotal", "Total", ".", ",", "d/m/y"},
    {"pl", "Oferta", "Zamówienie", "Data", "Ważna do", "Termin płatności", "Lp.", "Pozycja",
     "Ilość", "Cena", "Rabat", "VAT", "Netto", "Suma częściowa", "Razem", "\u00a0", ",", "d.m.y"},
    {"zh", "报价单", "订单", "日期", "有效期至", "付款期限", "序号", "品名", "数量", "单价", "折扣",
     "税", "净额", "小计", "合计", ",", ".", "y年m月d日"},
    {"ja", "見積書", "注文書", "日付", "有効期限", "支払期限", "番号", "品名", "数量", "単価",
     "値引", "税", "金額", "小計", "合計", ",", ".", "y年m月d日"},
};

std::string amount(std::int64_t minor, const std::string& currency, const Language& l) {
    const std::string plain = money_text(minor, currency);
    const std::size_t point = std::min(plain.find('.'), plain.size()),
                      first = plain.starts_with('-') ? 1 : 0;
    std::string out;
    for (std::size_t i = 0; i < point; ++i) {
        if (i > first && (point - i) % 3 == 0)
            out += l.group;
        out += plain[i];
    }
    if (point < plain.size())
        out += std::string(l.point) + plain.substr(point + 1);
    return out;
}

std::string decimal(std::int64_t units, int scale, const Language& l) {
    std::string out = decimal_text(units, scale);
    if (const auto point = out.find('.'); point != std::string::npos)
        out.replace(point, 1, l.point);
    return out;
}

std::string quantity(const sales::SoldLine& line, const Language& l) {
    return decimal(line.quantity, 3, l) + (line.unit.empty() ? "" : " " + line.unit);
}

std::string rate(std::int64_t percent, const Language& l) {
    return decimal(percent, 2, l) + " %";
}

std::string day(const std::string& iso, const Language& l) {
    if (iso.size() < 10)
        return iso;
    std::string out;
    for (const char c : l.day) {
        if (c == 'y')
            out += iso.substr(0, 4);
        else if (c == 'm')
            out += iso.substr(5, 2);
        else if (c == 'd')
            out += iso.substr(8, 2);
        else
            out += c;
    }
    return out;
}

/// Everything that is on the sheet, in the order in which it is read.
struct Sheet {
    std::string title, text;
    std::vector<std::string> seller, customer;
    std::vector<std::pair<std::string, std::string>> facts;
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::pair<std::string, std::string>> sums;
};

std::vector<std::string> lines_in(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view line : text::split(text, '\n'))
        if (!text::trimmed(line).empty())
            out.emplace_back(text::trimmed(line));
    return out;
}

Sheet sheet(Session& session, const Record& record, const Language& l) {
    const auto text_of = [](const Record& r, std::string_view name) {
        const meta::FieldInfo* f = r.entity->find(name);
        return f == nullptr || f->cells == 0 ? std::string() : r.text(*f);
    };
    const auto linked = [&](std::string_view name) {
        const meta::FieldInfo* f = record.entity->find(name);
        return f == nullptr ? std::optional<Record>()
                            : session.store().find(*f->to, record.number(*f));
    };
    Sheet s;
    const bool quote = record.entity->noun == "quote";
    s.title =
        fmt::format("{} {}: {}", quote ? l.quote : l.order, record.short_id(), record.label());
    s.text = text_of(record, "description");
    s.seller = lines_in(session.config.value("seller"));
    if (const auto account = linked("account")) {
        s.customer.push_back(account->label());
        if (const auto contact = linked("contact"))
            s.customer.push_back(contact->label());
        const auto cells = account->of(
            *account->entity->find("billing_address"));  // street, postcode, city, region, country
        const auto part = [&](std::size_t i) {
            const auto* v = std::get_if<std::string>(&cells[i]);
            return v == nullptr ? std::string() : *v;
        };
        for (const std::string& line :
             {part(0), std::string(text::trimmed(part(1) + " " + part(2))), part(3), part(4)})
            if (!line.empty())
                s.customer.push_back(line);
    } else if (const auto contact = linked("contact")) {
        s.customer.push_back(contact->label());
    }
    std::string date = text_of(record, "order_date");
    if (date.empty())
        date = text_of(record, "created_at");
    s.facts.emplace_back(l.date, day(date, l));
    if (const std::string until = text_of(record, "valid_until"); !until.empty())
        s.facts.emplace_back(l.valid_until, day(until, l));
    if (const std::string due = text_of(record, "due_on"); !due.empty())
        s.facts.emplace_back(l.due_on, day(due, l));

    const auto lines = sales::lines_of(session.store(), record);
    const bool discounts = std::ranges::any_of(
                   lines, [](const sales::SoldLine&x) { return x.discount > 0; }),
               taxes = std::ranges::any_of(
                   lines, [](const sales::SoldLine&x) { return x.tax.has_value(); });
    for (const std::string_view title : {l.position, l.item, l.quantity, l.price})
        s.head.emplace_back(title);
    if (discounts)
        s.head.emplace_back(l.discount);
    if (taxes)
        s.head.emplace_back(l.tax);
    s.head.emplace_back(l.net);
    std::int64_t net = 0, tax = 0, place = 0;
    std::map<std::int64_t, std::int64_t> by_rate;
    std::string currency;
    bool mixed = false, unpriced = false;
    for (const sales::SoldLine& line : lines) {
        unpriced = unpriced || !line.price;
        mixed = mixed || (!currency.empty() && line.price && line.currency != currency);
        if (line.price)
            currency = line.currency;
        std::vector<std::string>& row = s.rows.emplace_back();
        row = {std::to_string(++place),
               line.sku.empty() ? line.name : fmt::format("{} ({})", line.name, line.sku),
               quantity(line, l),
               line.price
                   ? fmt::format("{} {}", amount(*line.price, line.currency, l), line.currency)
                   : std::string()};
        if (discounts)
            row.push_back(line.discount > 0 ? rate(line.discount, l) : "");
        if (taxes)
            row.push_back(line.tax ? rate(*line.tax, l) : "");
        row.push_back(line.price
                          ? fmt::format("{} {}", amount(line.net, line.currency, l), line.currency)
                          : std::string());
        net += line.net, tax += line.tax_amount;
        if (line.tax)
            by_rate[*line.tax] += line.tax_amount;
    }
    if (mixed)
        session.remark(
            fmt::format("warning: {} has lines in several currencies, so the sheet has no total",
                        record.short_id()));
    if (unpriced)
        session.remark(
            fmt::format("warning: {} has a line without a price, so the sheet has no total",
                        record.short_id()));
    if (mixed || unpriced || lines.empty())
        return s;
    if (taxes) {
        s.sums.emplace_back(l.subtotal, fmt::format("{} {}", amount(net, currency, l), currency));
        for (const auto& [percent, sum] : by_rate)
            s.sums.emplace_back(fmt::format("{} {}", l.tax, rate(percent, l)),
                                fmt::format("{} {}", amount(sum, currency, l), currency));
    }
    s.sums.emplace_back(l.total, fmt::format("{} {}", amount(net + tax, currency, l), currency));
    return s;
}

std::string as_html(const Sheet& s, std::string_view language) {
    using show::escaped;
    show::Html out("<header>");
    const auto block = [&](const std::vector<std::string>& lines) {
        out += "<p>";
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (i > 0)
                out += "<br>\n";
            out += escaped(lines[i]);
        }
        out += "</p>\n";
    };
    if (!s.seller.empty())
        block(s.seller);
    out += "</header>\n";
    if (!s.customer.empty())
        block(s.customer);
    out += "<h1>";
    out += escaped(s.title);
    out += "</h1>\n<p>";
    for (std::size_t i = 0; i < s.facts.size(); ++i) {
        if (i > 0)
            out += "<br>\n";
        out += escaped(s.facts[i].first + ": " + s.facts[i].second);
    }
    out += "</p>\n<table>\n<thead><tr>";
    for (const std::string& title : s.head) {
        out += "<th>";
        out += escaped(title);
        out += "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : s.rows) {
        out += "<tr>";
        for (const std::string& cell : row) {
            out += "<td>";
            out += escaped(cell);
            out += "</td>";
        }
        out += "</tr>\n";
    }
    out += "</tbody>\n<tfoot>\n";
    for (const auto& [name, sum] : s.sums) {
        out += "<tr><td colspan=\"";
        out += escaped(std::to_string(s.head.size() - 1));
        out += "\">";
        out += escaped(name);
        out += "</td><td>";
        out += escaped(sum);
        out += "</td></tr>\n";
    }
    out += "</tfoot>\n</table>\n";
    for (const std::string& paragraph : lines_in(s.text))
        block({paragraph});
    return show::page(
        s.title,
        show::Html("body{max-width:48em}header{text-align:right;color:#555}table{width:100%}td:nth-"
                   "child(n+3),th:nth-child(n+3),tfoot "
                   "td{text-align:right}thead{display:table-header-group}tr{break-inside:avoid}"
                   "tfoot tr:last-child{font-weight:bold}@page{margin:2cm}@media "
                   "print{body{margin:0;max-width:none;font-size:11pt}}"),
        out, language);
}

/// Text as Markdown shows it.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text::visible(text)) {
        if (std::string_view("\\`*_[]<>#|~").find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

/// The lines and their sums.
std::string table(const Sheet& s) {
    std::string out = "|";
    for (const std::string& title : s.head)
        out += fmt::format(" {} |", plain(title));
    out += "\n|";
    for (std::size_t i = 0; i < s.head.size(); ++i)
        out += i < 2 ? " --- |" : " ---: |";
    for (const auto& row : s.rows) {
        out += "\n|";
        for (const std::string& cell : row)
            out += fmt::format(" {} |", plain(cell));
    }
    out += "\n\n";
    for (const auto& [name, sum] : s.sums)
        out += fmt::format("{}: **{}**  \n", plain(name), plain(sum));
    return out;
}

std::string as_markdown(const Sheet& s) {
    std::string out = "# " + plain(s.title) + "\n\n";
    for (const auto* block : {&s.seller, &s.customer}) {
        for (const std::string& line : *block)
            out += plain(line) + "  \n";
        if (!block->empty())
            out += "\n";
    }
    for (const auto& [name, value] : s.facts)
        out += fmt::format("{}: {}  \n", plain(name), plain(value));
    out += "\n" + table(s);
    for (const std::string& paragraph : lines_in(s.text))
        out += "\n" + plain(paragraph) + "\n";
    return out;
}

}  // namespace

std::string lines_as_markdown(Session& session, const Record& record) {
    std::string out = table(sheet(session, record, languages[0]));
    while (out.ends_with('\n') || out.ends_with(' '))
        out.pop_back();
    return out;
}

namespace {

int run(Session& session, const Arguments& args) {
    const std::string code = args.has("language") ? args.value("language") : std::string("en");
    const auto language = std::ranges::find(languages, code, &Language::code);
    if (language == std::end(languages)) {
        std::string known;
        for (const Language& l : languages)
            known += fmt::format("{}{}", known.empty() ? "" : ", ", l.code);
        throw Error(Fault::usage, "unknown_language",
                    fmt::format("there are no words in '{}'", text::clipped(code, 20)), known);
    }
    const Record record =
        session.store().get(*args.noun, resolve_reference(session, args.noun, args.words[0]).id);
    const std::string file = args.value("out");
    const bool html =
        session.format == "html" || (session.format.empty() && file.ends_with(".html"));
    if (!html && !session.format.empty() && session.format != "md")
        throw Error(Fault::usage, "unknown_format",
                    fmt::format("a sheet is not written as {}", text::clipped(session.format, 20)),
                    "-o html or -o md");
    const Sheet s = sheet(session, record, *language);
    const std::string out = html ? as_html(s, language->code) : as_markdown(s);
    if (file.empty())
        session.out.write(out);
    else
        write_file(file, out, !session.dry_run);
    return 0;
}

Command command() {
    return {
        .help = "A sheet for the customer, as a page or as Markdown",
        .needs = Needs::reading,
        .arguments = {{.name = "REF", .kind = Kind::reference, .required = true, .help = "which"}},
        .options = {{.name = "language",
                     .kind = Kind::choice,
                     .value = "CODE",
                     .help = "of its words, numbers and days; en",
                     .words = {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "zh", "ja"}},
                    {.name = "out",
                     .kind = Kind::file,
                     .value = "FILE",
                     .help = "write it there; .html makes a page"}},
        .run = run,
        .details =
            "One file that needs nothing else and prints on paper: who sells (`seller` in the "
            "configuration), the customer with the billing address, the lines, the tax by rate, "
            "the total, and the description below. "
            "A line's net is rounded half up to the smallest unit, then its tax; the sums are "
            "those of the lines. Without -o html or a file that ends in .html it is Markdown."};
}

}  // namespace

Command quote_print() {
    Command c = command();
    c.examples = {{"quote print q7 --out offer.html", "a page to print or to send"},
                  {"quote print q7 --language de", "Markdown in German"}};
    return c;
}
Command order_print() {
    Command c = command();
    c.examples = {{"order print o3 --out order.html", "a confirmation"}};
    return c;
}

}  // namespace crm::cmd
