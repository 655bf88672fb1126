#include "base/text.hpp"
#include "meta/type.hpp"
#include "show/cell.hpp"
#include "show/chart.hpp"
#include "show/sheet.hpp"
#include "show/writer.hpp"
#include "time/describe.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <list>

using namespace crm;
using namespace std::literals;
using show::Format;

namespace {

/// A field of a type, as it would stand in some entity.
const meta::FieldInfo* of(meta::Type type, std::uint16_t flags = meta::none) {
    static std::list<meta::Field> fields;
    static std::list<meta::FieldInfo> placed;
    const std::size_t cells = type == meta::Type::money ? 2 : type == meta::Type::address ? 6 : 1;
    fields.push_back({"field", type, "a field", flags});
    placed.emplace_back().field = &fields.back();
    placed.back().cells = cells;
    return &placed.back();
}

/// Rows that own their cells.
struct Rows {
    std::vector<show::Column> columns;
    std::vector<std::vector<std::vector<View>>> rows;

    void write(show::Writer& writer) const {
        for (const auto& row : rows) {
            const std::vector<show::Cells> cells(row.begin(), row.end());
            writer.row(cells);
        }
        writer.end();
    }
    std::string as(Format format, const show::Style& style = {}) const {
        std::string out;
        show::Sink sink([&](std::string_view piece) { out += piece; }, 16);
        write(*show::writer(format, columns, style, sink));
        return out;
    }
    std::string with(std::string_view text, const show::Style& style = {}) const {
        std::string out;
        show::Sink sink([&](std::string_view piece) { out += piece; });
        auto made = show::template_writer(text, columns, style, sink);
        if (!made)
            return made.error().message + " | " + made.error().hint;
        write(**made);
        return out;
    }
    std::vector<show::Cells> first() const { return {rows[0].begin(), rows[0].end()}; }
};

std::vector<View> s(std::string_view text) {
    return {View(text)};
}

const Rows deals{{{"id"},
                  {"name", of(meta::Type::text)},
                  {"amount", of(meta::Type::money)},
                  {"account", of(meta::Type::link)}},
                 {{s("d1"),
                   s("A\tb\\c\nd"),
                   {View(120000), View("EUR"sv)},
                   {View("a3"sv), View("Acme, \"Inc\""sv)}},
                  {s("d2"), {View()}, {View(), View()}, {View(), View()}}}};
const Rows none{deals.columns, {}};

std::string all_lines(std::initializer_list<std::string_view> lines) {
    std::string out;
    for (const auto line : lines)
        (out += line) += '\n';
    return out;
}

}  // namespace

TEST_CASE("show: tsv") {
    CHECK(deals.as(Format::tsv) ==
          all_lines({"d1\tA\\tb\\\\c\\nd\t1200.00 EUR\tAcme, \"Inc\"", "d2\t\t\t"}));
    CHECK(deals.as(Format::tsv, {.header = true}).starts_with("id\tname\tamount\taccount\nd1\t"));
    CHECK(none.as(Format::tsv) == "");
    CHECK(none.as(Format::tsv, {.header = true}) == "id\tname\tamount\taccount\n");
    CHECK(none.as(Format::tsv, {.header = true, .if_any = true}) == "");
    const Rows hostile{{{"id"}}, {{s("\x1b]0;x\a")}}};
    CHECK(hostile.as(Format::tsv) == "\\x1b]0;x\\x07\n");
}

TEST_CASE("show: csv") {
    CHECK(deals.as(Format::csv) ==
          all_lines({"id,name,amount,account",
                     "d1,\"A\tb\\c\nd\",1200.00 EUR,\"Acme, \"\"Inc\"\"\"", "d2,,,"}));
    CHECK(deals.as(Format::csv, {.header = false}).starts_with("d1,"));
    CHECK(none.as(Format::csv) == "id,name,amount,account\n");
    const Rows formula{{{"id"}, {"name", of(meta::Type::text)}}, {{s("d1"), s("=1+1")}}};
    CHECK(formula.as(Format::csv, {.spreadsheet_safe = true}) == "id,name\nd1,'=1+1\n");
    CHECK(formula.as(Format::csv) == "id,name\nd1,=1+1\n");
}

TEST_CASE("show: json and jsonl") {
    const std::string first =
        R"({"id":"d1","name":"A\tb\\c\nd","amount":{"amount":"1200.00","currency":"EUR"},"account":{"id":"a3","name":"Acme, \"Inc\""}})";
    const std::string second = R"({"id":"d2","name":null,"amount":null,"account":null})";
    CHECK(deals.as(Format::json) == "[\n" + first + ",\n" + second + "\n]\n");
    CHECK(deals.as(Format::jsonl) == first + "\n" + second + "\n");
    CHECK(none.as(Format::json) == "[]\n");
    CHECK(none.as(Format::jsonl) == "");
    const Rows odd{{{"n"},
                    {"emails", of(meta::Type::email, meta::many)},
                    {"none", of(meta::Type::email, meta::many)},
                    {"key \"x\""}},
                   {{{View(7)}, s("a@x.org (work); b@y.org"), {}, {}}}};
    CHECK(
        odd.as(Format::jsonl) ==
        R"({"n":7,"emails":[{"value":"a@x.org","type":"work","primary":true},{"value":"b@y.org","type":null,"primary":false}],"none":[],"key \"x\"":null})"
        "\n");
}

TEST_CASE("show: ids, md, mutt") {
    CHECK(deals.as(Format::ids) == "d1\nd2\n");
    CHECK(
        deals.as(Format::md) ==
        all_lines({"| id | name | amount | account |", "| --- | --- | ---: | --- |",
                   "| d1 | A\\\\tb\\\\c<br>d | 1200.00 EUR | Acme, \"Inc\" |", "| d2 |  |  |  |"}));
    const Rows marks{{{"x|y"}}, {{s("a|b <script> *x* \x1b")}}};
    CHECK(marks.as(Format::md) ==
          all_lines({"| x\\|y |", "| --- |", "| a\\|b \\<script> \\*x\\* \\\\x1b |"}));
    const Rows people{
        {{"email", of(meta::Type::email, meta::many)}, {"name", of(meta::Type::text)}, {"account"}},
        {{s("a@x.org (work); b@x.org"), s("Ada\tL\x1b"), s("Acme")}, {{View()}, s("Nobody"), {}}}};
    CHECK(people.as(Format::mutt) ==
          all_lines({"email\tname\taccount", "a@x.org\tAda\\tL\\x1b\tAcme",
                     "b@x.org\tAda\\tL\\x1b\tAcme"}));
}

TEST_CASE("show: templates") {
    CHECK(deals.with("{{id}}: {{ account }}\\n") == "d1: Acme, \"Inc\"\nd2: \n");
    CHECK(deals.with("\\{{{id}}\\t\\\\\\q}\\n").starts_with("{d1\t\\\\q}\n"));
    CHECK(deals.with("{{nmae}}") == "'nmae' is not a column | did you mean name?");
    CHECK(deals.with("{{zzzzzz}}") ==
          "'zzzzzz' is not a column | columns: id, name, amount, account");
    CHECK(deals.with("{{id").starts_with("{{ without }}"));
    CHECK(deals.with("") == "");
    const Rows nested{{{"id"}, {"name"}}, {{s("{{name}}"), s("secret")}}};
    CHECK(nested.with("{{id}}") == "{{name}}");
    const Rows hostile{{{"id"}}, {{s("\x1b[2J")}}};
    CHECK(hostile.with("{{id}}", {.person = true}) == "\\x1b[2J");
}

TEST_CASE("show: the sink stays small") {
    std::size_t largest = 0, total = 0;
    show::Sink sink(
        [&](std::string_view piece) {
            largest = std::max(largest, piece.size()), total += piece.size();
        },
        1000);
    const show::Style style;
    const auto writer = show::writer(Format::jsonl, deals.columns, style, sink);
    for (int i = 0; i < 1000; ++i)
        writer->row(deals.first());
    writer->end();
    CHECK(largest < 1200);
    CHECK(total > 100000);
}

TEST_CASE("show: relative dates") {
    const Clock clock{*iso_instant("2026-11-25T12:00:00Z"), "Europe/Berlin"};
    const Date today = clock.today();
    const auto day = [&](int n) { return show::relative(Date{today.days + n}, today); };
    CHECK(day(0) == "today");
    CHECK(day(1) == "tomorrow");
    CHECK(day(-1) == "yesterday");
    CHECK(day(3) == "in 3 days");
    CHECK(day(-13) == "13 days ago");
    CHECK(day(-14) == "2 weeks ago");
    CHECK(day(56) == "in 8 weeks");
    CHECK(day(57) == "2027-01-21");
    const auto at = [&](std::int64_t n) {
        return day_and_time(Instant{clock.now.seconds + n}, clock);
    };
    CHECK(at(10) == "Wed 25 Nov 13:00");
    CHECK(at(-60) == "Wed 25 Nov 12:59");
    CHECK(at(86400) == "Thu 26 Nov 13:00");
    CHECK(at(11 * 3600) == "Thu 26 Nov 00:00");
    CHECK(at(-90 * 86400) == "Thu 27 Aug 14:00");
    CHECK(at(40 * 86400) == "Mon 4 Jan 2027 13:00");

    const Rows due{{{"close_date", of(meta::Type::date)}, {"created_at", of(meta::Type::instant)}},
                   {{s("2026-11-28"), s("2026-11-25T11:00:00Z")}}};
    CHECK(due.as(Format::tsv, {.clock = &clock}) == "2026-11-28\t2026-11-25T12:00:00+01:00\n");
    CHECK(due.as(Format::tsv, {.person = true, .clock = &clock}) ==
          "in 3 days\tWed 25 Nov 12:00\n");
}

TEST_CASE("show: thousands separators") {
    CHECK(show::grouped("0") == "0");
    CHECK(show::grouped("999.50") == "999.50");
    CHECK(show::grouped("-1000 EUR") == "-1,000 EUR");
    CHECK(show::grouped("1234567.891 KWD") == "1,234,567.891 KWD");
    CHECK(show::grouped("") == "");
}

TEST_CASE("show: a sheet of one record") {
    const Rows person{{{"id"},
                       {"name", of(meta::Type::text)},
                       {"emails", of(meta::Type::email, meta::many)},
                       {"title", of(meta::Type::text)},
                       {"account", of(meta::Type::link)},
                       {"description", of(meta::Type::prose)}},
                      {{s("c12"),
                        s("Ada \x1b[31mL"),
                        s("a@x.org (work); b@y.org"),
                        {View()},
                        {View("a3"sv), View("Acme"sv)},
                        s("One two three four five six seven.\r\n\r\nEnd "
                          "https://example.org/very/long/address/to/copy\n")}}};
    std::string out;
    show::sheet(person.columns, person.first(), {.person = true, .width = 36}, out);
    CHECK(out == all_lines({"id           c12", "name         Ada \\x1b[31mL",
                            "emails       a@x.org (work)", "             b@y.org",
                            "account      Acme (a3)", "description  One two three four five",
                            "             six seven.", "", "             End",
                            "             https://example.org/ver",
                            "             y/long/address/to/copy"}));
    out.clear();
    show::sheet(person.columns, person.first(), {.person = true, .colour = true, .width = 80}, out);
    CHECK(out.starts_with("\x1b[1mid\x1b[0m           c12\n"));
    out.clear();
    show::key_values(person.columns, person.first(), {}, out);
    CHECK(out ==
          "id\tc12\nname\tAda \\x1b[31mL\nemails\ta@x.org (work)\nemails\tb@y.org\naccount\tAcme\n"
          "description\tOne two three four five six seven.\\r\\n\\r\\nEnd "
          "https://example.org/very/long/address/to/copy\\n\n");
    out.clear();
    show::json_object(deals.columns, deals.first(), {}, out);
    CHECK(out.starts_with("{\"id\":\"d1\","));
    CHECK(out.ends_with("}\n"));
}
