#include "form/csv.hpp"
#include "form/csv_layout.hpp"
#include "tests/csv_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace crm::form;

namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Read {
    Rows rows;
    std::vector<std::pair<long, std::string>> troubles;
    std::vector<long> lines;
};

Read read_csv(std::string_view bytes, char delimiter = ',') {
    Read all;
    CsvReader reader(bytes, delimiter);
    for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
        if (step == CsvReader::Step::trouble) {
            all.troubles.emplace_back(reader.line(), reader.why());
            continue;
        }
        all.rows.emplace_back(reader.cells().begin(), reader.cells().end());
        all.lines.push_back(reader.line());
    }
    return all;
}

std::string written(const Rows& rows, const CsvStyle& style) {
    std::string out;
    for (const auto& row : rows)
        csv_row(std::vector<std::string_view>(row.begin(), row.end()), style, out);
    return out;
}

}  // namespace

TEST_CASE("rows end in LF, CRLF, CR or the file") {
    const Rows expected = {{"a", "b"}, {"1", ""}};
    for (const auto* text : {"a,b\n1,\n", "a,b\r\n1,\r\n", "a,b\r1,\r", "a,b\n1,",
                             "\xEF\xBB\xBF"
                             "a,b\r\n\n\r\n1,\n"})
        CHECK(read_csv(text).rows == expected);
    CHECK(read_csv("").rows.empty());
    CHECK(read_csv("\n\r\n").rows.empty());
}

TEST_CASE("quoted cells hold anything") {
    const auto all = read_csv("a,\"b, \"\"c\"\"\r\nd\" ,e\n \"x\",\"\",y\"z\n\"\"\n");
    CHECK(all.rows == Rows{{"a", "b, \"c\"\r\nd", "e"}, {"x", "", "y\"z"}, {""}});
    CHECK(all.lines == std::vector<long>{1, 3, 4});
    CHECK(all.troubles.empty());
}

TEST_CASE("what cannot be read is reported and reading goes on") {
    auto all = read_csv("a\nb,\"c\nd\ne\n");
    CHECK(all.troubles == std::vector<std::pair<long, std::string>>{
                              {2, "the quote opened in line 2 is never closed"}});
    CHECK(all.rows == Rows{{"a"}, {"d"}, {"e"}});

    all = read_csv("\"a\"b\n\"c\n\"d\ne\n");
    REQUIRE(all.troubles.size() == 2);
    CHECK(all.troubles[0].first == 1);
    CHECK(all.troubles[1].second ==
          "the quote opened in line 2 is closed in line 3, with text after it");
    CHECK(all.rows == Rows{{"e"}});

    const std::string mega(csv_row_limit + 7, 'x');
    all = read_csv("a\n" + mega + "\nb\n\"" + mega + "\nc\n");
    REQUIRE(all.troubles.size() == 2);
    CHECK(all.troubles[0] == std::pair<long, std::string>{2, "the row is longer than 1 MiB"});
    CHECK(all.troubles[1] ==
          std::pair<long, std::string>{4, "the quote opened in line 4 is not closed within 1 MiB"});
    CHECK(all.rows == Rows{{"a"}, {"b"}, {"c"}});
    for (const std::size_t n :
         {csv_row_limit - 2, csv_row_limit - 1, csv_row_limit, csv_row_limit + 1})
        CHECK(read_csv("\"" + std::string(n, '"') + "\nc\n").rows.back() ==
              std::vector<std::string>{"c"});
}

TEST_CASE("the delimiter and the header are found by looking") {
    CHECK(csv_layout("a;b;c\n1,5;2;3\n").delimiter == ';');
    CHECK(csv_layout("a\tb\n1\t2,3\n").delimiter == '\t');
    CHECK(csv_layout("a|b|c\n1|2|3\n").delimiter == '|');
    CHECK(csv_layout("sep=;\na;b\n").line == 2);
    CHECK(csv_layout("").delimiter == ',');

    const std::string preamble = "\xEF\xBB\xBFNotes:\n\"Some people, it seems, hide.\"\n\n";
    const auto layout = csv_layout(preamble + "First,Last,URL\nA,B,c\n");
    CHECK(layout.line == 4);
    CHECK(layout.header == preamble.size());

    const auto longer_rows = csv_layout("a,b,c,d\n1,2,3,4,\n1,2,3,4,\n");
    CHECK(longer_rows.header == 0);

    const std::string one = "name\nSmith, John\nDoe, Jane\n";
    const auto column = csv_layout(one);
    CHECK(column.header == 0);
    CHECK(read_csv(one, column.delimiter).rows[1] == std::vector<std::string>{"Smith, John"});
}

TEST_CASE("the header line decides on the delimiter") {
    CHECK(csv_layout("name,emails\nA,a@x; b@x; c@x\nB,d@x; e@x; f@x\n").delimiter == ',');
    CHECK(csv_layout("name;notes;amount\nA;a, b, c, d;1,5\nB;e, f, g, h;2,5\n").delimiter == ';');
    CHECK(csv_layout("name\ttags\nA\tx,y,z\nB\tx,y,z\n").delimiter == '\t');
    // A delimiter that blanks follow is a sign in a text, unless there is no other.
    CHECK(csv_layout("Last, First;Mail\nLee, Ann;a@x\n").delimiter == ';');
    CHECK(csv_layout("Last, First, Title;Mail\nLee, Ann, Dr.;a@x\n").delimiter == ';');
    CHECK(csv_layout("name, email\nAnn, a@x\n").delimiter == ',');
    CHECK(csv_layout("name^phone\nA^1,5\n").delimiter == '^');
    CHECK(csv_layout("name~phone\nA~1\n").delimiter == '~');
}

TEST_CASE("a table of one column has a header that is known") {
    const std::string bytes = "interests\nchess; go; golf\nmusic; art; food\n";
    CHECK(csv_layout(bytes).delimiter == ';');
    const auto is_column = [](std::string_view header) { return header == "interests"; };
    CHECK(csv_layout(bytes, {.is_column = is_column}).delimiter == '\n');
}

TEST_CASE("empty cells beyond the last column and rows of empty cells do not count") {
    CHECK(csv_layout("a,b\n1,2,,\n3,4,,\n").header == 0);
    CHECK(csv_layout("a,b,c\n1,2,3,,,\n3,4,5,,,\n").header == 0);
    CHECK(csv_layout("a,b,c,d,e,f\n1,,,,,\n2,,,,,\n3,,,,,\n").delimiter == ',');
    CHECK(csv_layout("a;b,;c\n1;;\n2;;\n3;;\n").delimiter == ';');
    CHECK(csv_layout(",,\na,b,\n1,2,\n").line == 2);
    CHECK(csv_layout(" , \n\na,b\n1,2\n").line == 3);
}

TEST_CASE("a line declares the delimiter") {
    for (const std::string_view line : {"sep=;", "SEP=;", "\"sep=;\"", "sep=;;", "\"Sep=;\";;"}) {
        const std::string bytes = std::string(line) + "\r\na,x;b\r\n1,2;3\r\n";
        const auto layout = csv_layout(bytes);
        CHECK(layout.delimiter == ';');
        CHECK(layout.line == 2);
        CHECK(layout.header == line.size() + 2);
    }
    CHECK(csv_layout("sep=\t\na\tb\n").delimiter == '\t');
    CHECK(csv_layout("\xEF\xBB\xBFsep=|\na|b\n").header == 9);
    CHECK(csv_layout("sep=x\n1;2;3\n").delimiter == ';');
    CHECK(csv_layout("sep=,b\n1,2\n").header == 0);
}

TEST_CASE("what is known of a layout beforehand") {
    CHECK(csv_layout("a,x#b,y#c,z\n", {.delimiter = '#'}).delimiter == '#');
    CHECK(csv_layout("sep=,\na#b\n", {.delimiter = '#'}).header == 6);
    CHECK(csv_layout("\nAnn\nBob,b@x,1\n", {.has_header = false}).header == 1);
    CHECK(*delimiter_named("tab") == '\t');
    CHECK(*delimiter_named(";") == ';');
    for (const std::string_view word : {"", "x", "7", " ", "\"", ";;", "\n", "é"})
        CHECK(!delimiter_named(word));
}

TEST_CASE("what is written is read back") {
    const Rows rows = {{"a", "b,c", "d\"e", "f\ng"},
                       {" x ", "", "'=1", "=1+1"},
                       {""},
                       {"-5", "+39 0471", "@x", "''-a"},
                       {"'", "''", "-", "\ty"}};
    for (const bool safe : {false, true})
        for (const char delimiter : {',', ';', '\t', '|'}) {
            const CsvStyle style{delimiter, safe};
            auto back = read_csv(written(rows, style), delimiter).rows;
            for (auto& row : back)
                for (auto& cell : row)
                    cell = std::string(unprefixed(cell));
            CHECK(back == rows);
        }
}

TEST_CASE("only what a spreadsheet would run is prefixed") {
    const auto safe = [](std::string_view cell, bool text = true) {
        std::string out;
        csv_cell(cell, text, {',', true}, out);
        return out;
    };
    CHECK(safe("=1+1") == "'=1+1");
    CHECK(safe("@SUM(A1)") == "'@SUM(A1)");
    CHECK(safe("-2+3+cmd|' /C calc'!A0") == "'-2+3+cmd|' /C calc'!A0");
    CHECK(safe("=1+1", false) == "=1+1");
    for (const auto* plain : {"+39 0471", "+1 (415) 555-0134", "-5", "-1,200.50", "a=b", "'tis"})
        CHECK(unprefixed(plain) == plain);
    CHECK(safe("+39 0471") == "+39 0471");
    CHECK(safe("-5") == "-5");
}
