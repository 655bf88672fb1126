#include "exchange/fold.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace crm;
using meta::Item;

namespace {

/// What lists were before they were kept: read anew each time, one value compared with each.
std::string united_slowly(const meta::FieldInfo& field, const std::string& have,
                          const std::string& more, const std::string* first) {
    std::vector<Item> items = meta::read_items(have);
    const bool adds_callable = field.type() == meta::Type::phone && !meta::has_callable(items);
    for (Item& item : meta::read_items(more)) {
        const auto same = std::ranges::find_if(items, [&](const Item& known) {
            return meta::same_value(field, known.value, item.value);
        });
        if (same != items.end())
            meta::add_labels(*same, item.labels);
        else if (first != nullptr && meta::first_item(*first)->value == item.value)
            items.insert(items.begin(), std::move(item));
        else
            items.push_back(std::move(item));
    }
    if (adds_callable)
        meta::put_callable_first(items);
    return meta::items_text(items);
}

}  // namespace

TEST_CASE("fold: lists that are kept are those that are read") {
    const meta::Model model;
    std::mt19937 random(7);
    const std::vector<std::string> phones{
        "+49 30 1234567", "+49301234567",     "030 1234567 (work)",      "112",
        "113 (fax)",      "+49 30 77 (cell)", "+49 30 1234567 (mobile)", "12\\; 34 (a, b)"};
    const std::vector<std::string> emails{"a@x.example",        "A@X.example (home)",
                                          "b@x.example (work)", "c@x.example",
                                          "a \\(b\\)",          "d@x.example; e@x.example"};
    for (const auto& [name, values] : {std::pair{"phones", phones}, {"emails", emails}}) {
        const meta::FieldInfo& field = *model.get("contact").find(name);
        exchange::UnitedLists lists;
        std::string one, other;  // two records, whose rows may come in turn
        for (int round = 0; round < 2000; ++round) {
            if (round % 40 == 0)
                one.clear();
            std::string& have = random() % 5 == 0 ? other : one;
            std::string more = values[random() % values.size()];
            if (random() % 3 == 0)
                more += "; v" + std::to_string(random() % 30) + "@y.example";
            const std::string* first = random() % 4 == 0 ? &more : nullptr;
            const std::string expected = united_slowly(field, have, more, first);
            have = lists.unite(field, have, more, first);
            REQUIRE(have == expected);
            if (round % 100 == 0)
                other.clear();
        }
    }
}

TEST_CASE("lists: what was added at the end") {
    using meta::appended_items;
    CHECK(appended_items("a; b", "a; b; c (d)") == "c (d)");
    CHECK(!appended_items("a; b", "a; b"));
    CHECK(!appended_items("a", "ab; c"));
    CHECK(!appended_items("a", "a (x); c"));
    CHECK(!appended_items("", "a"));
    CHECK(meta::united_lines("a\nb", "b\nc\nc") == "a\nb\nc\nc");
    CHECK(meta::united_lines("", "a") == "a");
    CHECK(meta::lines_without("a\nb\na\nc", "a\nx") == "b\nc");
    CHECK(meta::first_item(" ; a\\; b (c); d")->value == "a; b");
    CHECK(!meta::first_item(" ; "));
}
