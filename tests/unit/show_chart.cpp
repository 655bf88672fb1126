#include "base/sha256.hpp"
#include "show/figures_page.hpp"

#include <doctest/doctest.h>

using namespace crm;
using report::ColumnType;

namespace {

report::Result sales() {
    report::Result out;
    out.columns = {{.name = "stage", .group = true},
                   {.name = "deals", .type = ColumnType::integer},
                   {.name = "amount", .type = ColumnType::money, .charted = true},
                   {.name = "currency"}};
    out.rows = {{"A", 9, "50.00", "EUR"},
                {"B", 1, "100.00", "EUR"},
                {"C", 1, "7", "JPY"},
                {"D", 1, {}, "EUR"}};
    return out;
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

}  // namespace

TEST_CASE("chart: bars are parts of the largest amount of a currency") {
    CHECK(show::parts_of_largest(sales()) == std::vector<double>{0.5, 1, 1, 0});
    CHECK(show::bar(0.5, 5) == "██▌");
    CHECK(show::bar(0.5, 4, 0, false) == "##");
}

TEST_CASE("chart: an axis has at most four steps of 1, 2, 2.5 or 5 and ends above the data") {
    for (const auto& [most, to, step] :
         {std::tuple{1338466.0, 1500000.0, 500000.0}, std::tuple{9.0, 10.0, 2.5},
          std::tuple{1.0, 1.0, 0.25}, std::tuple{100.0, 100.0, 25.0}}) {
        const show::Axis axis = show::axis_for(0, most, false);
        CHECK(axis.from == 0);
        CHECK(axis.to == doctest::Approx(to));
        CHECK(axis.step == doctest::Approx(step));
    }
    const show::Axis negative = show::axis_for(-30, 70, false);
    CHECK(negative.from <= -30);
    CHECK(negative.to >= 70);
    CHECK(negative.marks().size() <= 6);
    const show::Axis nothing = show::axis_for(0, 0, true);
    CHECK(nothing.to > nothing.from);
}

TEST_CASE("chart: each currency has a chart of its own") {
    const std::vector<show::Chart> charts = show::charts_of(sales(), {});
    REQUIRE(charts.size() == 2);
    CHECK(charts[0].title == "Amount, EUR");
    CHECK(charts[1].title == "Amount, JPY");
    CHECK(charts[1].labels == std::vector<std::string>{"C"});
}

TEST_CASE("chart: two records of one name are two bars, and two lines") {
    report::Result twins;
    twins.columns = {{.name = "owner", .type = ColumnType::link, .group = true, .noun = "user"},
                     {.name = "won", .type = ColumnType::integer}};
    twins.rows = {{"Kim Lee", 3}, {"Kim Lee", 5}, {"Ada", 1}};
    twins.ids = {{"u1"}, {"u2"}, {"u3"}};
    const std::vector<show::Chart> bars = show::charts_of(twins, {});
    REQUIRE(bars.size() == 1);
    CHECK(bars[0].labels == std::vector<std::string>{"Kim Lee (u1)", "Kim Lee (u2)", "Ada"});
    CHECK(bars[0].series[0].texts == std::vector<std::string>{"3", "5", "1"});

    twins.columns.insert(twins.columns.begin(), {.name = "month", .group = true});
    for (report::Row& row : twins.rows)
        row.insert(row.begin(), "2026-11");
    for (report::RowIds& ids : twins.ids)
        ids.insert(ids.begin(), "");
    const std::vector<show::Chart> lines = show::charts_of(twins, show::ChartKind::line);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].series.size() == 3);
    CHECK(lines[0].series[1].name == "Kim Lee (u2)");
    CHECK(lines[0].series[1].texts == std::vector<std::string>{"5"});
}

TEST_CASE("page: what records say is text, and each currency has its total") {
    report::Result figures = sales();
    figures.rows[0][0] = "<img src=x onerror=1>";
    figures.notes = {"One deal has no amount."};
    show::FiguresPage page{.title = "A & B",
                           .help = "",
                           .facts = {"today"},
                           .panels = {{.title = "",
                                       .help = "",
                                       .result = figures,
                                       .totals = {{{}, 11, "150.00", "EUR"}, {{}, 1, "7", "JPY"}}}},
                           .version = "crm",
                           .command = "crm report",
                           .sql = "SELECT 1 < 2"};
    const std::string text = show::figures_page(page);
    CHECK(count(text, "<img") == 0);
    CHECK(count(text, "&lt;img src=x onerror=1&gt;") > 0);
    CHECK(count(text, "<th scope=\"row\">Total EUR</th>") == 1);
    CHECK(count(text, "<th scope=\"row\">Total JPY</th>") == 1);
    CHECK(count(text, "<svg role=\"img\"") + count(text, "role=\"img\"") >= 2);
    CHECK(count(text, "SELECT 1 &lt; 2") == 1);
    const std::size_t from = text.find("<script>") + 8;
    const std::string script = text.substr(from, text.find("</script>") - from);
    CHECK(text.contains("script-src " + show::escaped(show::source_hash(script)).text()));
    CHECK(show::figures_page(page) == text);
}

TEST_CASE("page: panels have headings; large figures stand beside each other") {
    show::FiguresPage page{.title = "Sales", .help = "", .facts = {}, .panels = {}};
    page.panels.push_back({.title = "A <b>", .help = "", .result = {}, .totals = {}});
    page.panels.back().large = {{"1,200 EUR", "up 20.0 % on 1,000 EUR"}, {"7 USD", ""}};
    page.panels.push_back(page.panels.back());
    page.panels.push_back({.title = "Best", .help = "by owner", .result = sales(), .totals = {}});
    page.panels.push_back({.title = "None", .help = "", .result = {}, .totals = {}, .wide = true});
    const std::string text = show::figures_page(page);
    CHECK(count(text, "<div class=\"large-row\">") == 1);
    CHECK(count(text, "<p class=\"large\">1,200 EUR</p>") == 2);
    CHECK(count(text, "<h2>A &lt;b&gt;</h2>") == 2);
    CHECK(count(text, "<caption>by owner</caption>") == 1);
    CHECK(count(text, "<section class=\"wide\">") == 1);
    CHECK(count(text, "There is nothing to show.") == 1);
}
