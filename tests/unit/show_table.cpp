#include "base/text.hpp"
#include "show/writer.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace std::literals;

namespace {

const meta::Field text_field{"text", meta::Type::text, "a text"},
    money_field{"money", meta::Type::money, "an amount"};
meta::FieldInfo placed(const meta::Field& field, std::size_t cells) {
    meta::FieldInfo it;
    it.field = &field;
    it.cells = cells;
    return it;
}
const meta::FieldInfo a_text = placed(text_field, 1), an_amount = placed(money_field, 2);

/// A table of id, a name and an amount.
std::string table(const std::vector<std::pair<std::string_view, std::int64_t>>& rows,
                  const show::Style& style = {}) {
    const std::vector<show::Column> columns{
        {"id"}, {"name", &a_text}, {"amount", &an_amount}, {"next_step", &a_text}};
    std::string out;
    show::Sink sink([&](std::string_view piece) { out += piece; });
    const auto writer = show::writer(show::Format::table, columns, style, sink);
    int id = 0;
    for (const auto& [name, amount] : rows) {
        const std::string short_id = "d" + std::to_string(++id);
        const View cells[] = {View(std::string_view(short_id)), View(name), View(amount),
                              View("EUR"sv), View()};
        const show::Cells row[] = {{cells, 1}, {cells + 1, 1}, {cells + 2, 2}, {cells + 4, 1}};
        writer->row(row);
    }
    writer->end();
    return out;
}

std::vector<std::string_view> lines_of(std::string_view s) {
    auto lines = text::split(s, '\n');
    if (lines.back().empty())
        lines.pop_back();
    return lines;
}

}  // namespace

TEST_CASE("table: columns are aligned by what is seen") {
    CHECK(table({{"Ada", 120000}, {"東京 👩\u200D🚀", 5}, {"e\u0301te\u0301", 99}}, {.width = 80}) ==
          "id  name          amount  next_step\n"
          "d1  Ada      1200.00 EUR\n"
          "d2  東京 👩\u200D🚀     0.05 EUR\n"
          "d3  e\u0301te\u0301         0.99 EUR\n");
    CHECK(table({}) == "");
    CHECK(table({{"x", 1}}, {.header = false}) == "d1  x  0.01 EUR\n");
}

TEST_CASE("table: foreign text does not steer the terminal") {
    const std::string out =
        table({{"\x1b[31mred\x1b[0m\r\nnext\tcell\u202Etxt\u200B", 1}, {"\u009B2J\x07", 2}});
    for (const auto line : lines_of(out))
        for (const unsigned char c : line)
            CHECK(c >= 0x20);
    CHECK(out.find("\\x1b[31mred\\x1b[0m next\\tcell⟨U+202E⟩txt⟨U+200B⟩") != std::string::npos);
    CHECK(out.find("⟨U+009B⟩2J\\x07") != std::string::npos);
    CHECK(lines_of(out).size() == 3);
}

TEST_CASE("table: shrinks to the terminal, numbers stay whole") {
    const std::string long_name =
        "A name that goes on and on and would not fit on any narrow terminal at all";
    const std::string out =
        table({{long_name, 123456789}, {"会社の名前がとても長い場合もあります", 1}}, {.width = 40});
    for (const auto line : lines_of(out))
        CHECK(text::width(line) <= 40);
    CHECK(out.find("1234567.89 EUR") != std::string::npos);
    CHECK(out.find("…") != std::string::npos);
    CHECK(out.find("ne…") != std::string::npos);  // the empty column keeps three

    const std::string narrow = table({{long_name, 123456789}}, {.width = 10});
    CHECK(narrow.find("A name …") != std::string::npos);  // readable, though too wide

    const std::string unlimited = table({{long_name, 1}});
    CHECK(unlimited.find(long_name) != std::string::npos);
}

TEST_CASE("table: a huge cell costs no more than is shown") {
    const std::string out = table({{std::string(1 << 20, 'x'), 1}}, {.width = 100});
    CHECK(out.size() < 400);
    CHECK(table({{std::string(1 << 20, 'x'), 1}}).size() < 2000);
}

TEST_CASE("table: colour marks the header only") {
    const std::string out = table({{"Ada", 1}}, {.colour = true, .width = 80});
    CHECK(out.starts_with("\x1b[1;4mid\x1b[0m  \x1b[1;4mname\x1b[0m  "));
    CHECK(lines_of(out)[1].find('\x1b') == std::string_view::npos);
    CHECK(table({{"Ada", 1}}, {.width = 80}).find('\x1b') == std::string::npos);
}

TEST_CASE("table: columns without a field, as reports have them") {
    const std::vector<show::Column> columns{{"stage"}, {"deals"}, {"comment"}};
    std::string out;
    show::Sink sink([&](std::string_view piece) { out += piece; });
    const show::Style style{.width = 34};
    const auto writer = show::writer(show::Format::table, columns, style, sink);
    const View a[] = {View("Proposal"sv), View(7), View("moves along as it should, says Ada"sv)},
               b[] = {View("Negotiation"sv), View(1234), View()};
    for (const auto& cells : {a, b}) {
        const show::Cells row[] = {{cells, 1}, {cells + 1, 1}, {cells + 2, 1}};
        writer->row(row);
    }
    writer->end();
    CHECK(out ==
          "stage        deals  comment\n"
          "Proposal         7  moves along a…\n"
          "Negotiation   1234\n");
}
