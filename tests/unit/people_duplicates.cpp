#include "people/duplicates.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace crm::people;
using Kind = DupeColumn::Kind;

TEST_CASE("how values agree") {
    const auto is = [](Kind kind, std::string_view a, std::string_view b) {
        CHECK(agreement(kind, a, b) == agreement(kind, b, a));
        return agreement(kind, a, b);
    };
    CHECK(is(Kind::name, "ada lovelace", "lovelace ada") == Agreement::same);
    CHECK(is(Kind::name, "ada lovelace", "ada lovelcae") == Agreement::near);
    CHECK(is(Kind::name, "a lovelace", "ada lovelace") == Agreement::near);
    CHECK(is(Kind::name, "ada king lovelace", "ada lovelace") == Agreement::near);
    CHECK(is(Kind::name, "ada lovelace", "grace hopper") == Agreement::differs);
    CHECK(is(Kind::name, "person 12", "person 13") == Agreement::differs);
    CHECK(is(Kind::name, "", "ada") == Agreement::unknown);
    CHECK(is(Kind::name, "thomas brandt", "tom brandt") == Agreement::near);
    CHECK(is(Kind::name, "alex wolf", "alexandra wolf") == Agreement::near);
    CHECK(is(Kind::name, "tim brandt", "tom brandt") != Agreement::same);
    CHECK(is(Kind::name, "globex corporation", "globex corp") == Agreement::near);
    CHECK(is(Kind::email, "william@globex.example", "bill@globex.example") == Agreement::near);
    CHECK(is(Kind::email, "j.smith@x.example", "john.smith@x.example") == Agreement::near);
    CHECK(is(Kind::email, "bill@globex.example", "bill@other.example") == Agreement::differs);
    CHECK(is(Kind::email, "anna@globex.example", "berta@globex.example") == Agreement::differs);
    CHECK(is(Kind::code, "5304218", "5304281") == Agreement::near);
    CHECK(is(Kind::code, "5304218", "530421") == Agreement::near);
    CHECK(is(Kind::code, "5304218", "5314281") == Agreement::differs);
    CHECK(is(Kind::date, "19151111", "19151112") == Agreement::near);
    CHECK(is(Kind::date, "1985-12-10", "1985-10-12") == Agreement::near);
    CHECK(is(Kind::date, "1985-12-10", "1931-01-27") == Agreement::differs);
    CHECK(is(Kind::text, "winston hills", "winston hlils") == Agreement::near);
    CHECK(is(Kind::value, "acme.example", "acme.examples") == Agreement::differs);
    CHECK(is(Kind::value, "a\nb", "c\nb") == Agreement::same);
    CHECK(is(Kind::code, std::string(100000, 'x'), std::string(100000, 'y')) == Agreement::differs);
}

TEST_CASE("rows that were copied with slips are found, and no others") {
    std::mt19937 random(7);
    const auto word = [&](std::size_t length) {
        std::string out;
        for (std::size_t i = 0; i < length; ++i)
            out += static_cast<char>('a' + random() % 26);
        return out;
    };
    DupeTable table{
        .columns = {{"name", Kind::name}, {"street", Kind::text}, {"number", Kind::code}},
        .rows = {}};
    for (int i = 0; i < 400; ++i)
        table.rows.push_back(
            {word(6) + " " + word(8), word(12), std::to_string(1000000 + random() % 9000000)});
    std::set<std::pair<std::uint32_t, std::uint32_t>> copied;
    for (std::uint32_t i = 0; i < 80; ++i) {
        auto row = table.rows[i];
        row[random() % 2][3] = 'z';
        if (i % 3 == 0)
            row[2].clear();
        copied.emplace(i, static_cast<std::uint32_t>(table.rows.size()));
        table.rows.push_back(row);
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> found;
    for (const DupePair& pair : find_dupes(table, 0.9))
        found.emplace(pair.a, pair.b);
    CHECK(found == copied);
}

TEST_CASE("nothing to compare is no pair") {
    CHECK(find_dupes({}, 0.5).empty());
    CHECK(find_dupes({.columns = {{"name", Kind::name}}, .rows = {{"ada"}}}, 0.5).empty());
    CHECK(find_dupes({.columns = {{"name", Kind::name}}, .rows = {{""}, {""}, {""}}}, 0.5).empty());
}
