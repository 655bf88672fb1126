#include "insight/calibration.hpp"
#include "insight/clusters.hpp"
#include "insight/concentration.hpp"
#include "insight/itemsets.hpp"
#include "insight/logistic.hpp"
#include "insight/quantile.hpp"
#include "insight/random.hpp"
#include "insight/special.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace crm::insight;

namespace {

bool near(double found, double expected, double within) {
    return std::abs(found - expected) <= within;
}

std::string rule_text(const AssociationRule& rule) {
    std::string out;
    for (const Item item : rule.antecedent)
        out += static_cast<char>('A' + item);
    return out + ">" + static_cast<char>('A' + rule.consequent);
}

BasketList list_of(const std::vector<std::vector<Item>>& baskets) {
    BasketList out;
    for (const std::vector<Item>& basket : baskets) {
        for (const Item item : basket)
            out.add(item);
        out.end_basket();
    }
    return out;
}

/// A,B,C / A,B / A,C / B,C / A,B,D
const BasketList five_baskets = list_of({{0, 1, 2}, {1, 0, 1}, {0, 2}, {}, {1, 2}, {0, 1, 3}});

/// The rules refer to the sets.
struct Rules {
    Itemsets sets;
    std::vector<AssociationRule> rules;
};

Rules rules_of(double support, double confidence, bool concise = false) {
    Rules out{find_itemsets(five_baskets, 4, {.least = least_count(support, 5)}).found, {}};
    out.rules = find_rules(out.sets, 5, {.confidence = confidence, .concise = concise}).value();
    return out;
}

}  // namespace

TEST_CASE("ranks are divided into groups, ties by place") {
    const std::vector<std::int64_t> values = {5, 1, 4, 2, 3, 9, 9};
    CHECK(ntile(values, 5) == std::vector<int>{3, 1, 2, 1, 2, 4, 5});
    CHECK(ntile({}, 5).empty());
    const std::vector<std::int64_t> alike(3, 7);
    CHECK(ntile(alike, 5) == std::vector<int>{1, 2, 3});
    CHECK(quantile_scores(alike, 5) == std::vector<int>{1, 1, 1});
    const std::vector<std::int64_t> steps = {1, 2, 3, 4, 5, 6};
    CHECK(quantile_scores(steps, 5) == std::vector<int>{1, 1, 2, 3, 4, 5});
}

TEST_CASE("five customers of 100 to 500") {
    const std::vector<std::int64_t> values = {500, 400, 300, 200, 100};
    const Concentration c = concentration(values);
    CHECK(c.total == 1500);
    CHECK(near(c.top_20, 1.0 / 3, 1e-12));
    CHECK(c.for_50 == 2);
    CHECK(c.for_80 == 3);
    CHECK(c.for_95 == 5);
    CHECK(near(c.gini, .266667, 1e-6));
    const std::vector<std::int64_t> alike(10, 3);
    CHECK(concentration(alike).gini == 0);
}

TEST_CASE("rules of five baskets") {
    const Rules found = rules_of(.4, .7);
    const std::vector<AssociationRule>& strong = found.rules;
    REQUIRE(strong.size() == 2);
    CHECK(rule_text(strong[0]) == "A>B");
    CHECK(rule_text(strong[1]) == "B>A");
    CHECK(strong[0].confidence == .75);
    CHECK(near(strong[0].lift, .9375, 1e-12));

    std::string certain;
    const Rules sure = rules_of(.2, 1);
    for (const AssociationRule& rule : sure.rules)
        certain += fmt::format("{} {} ", rule_text(rule), rule.lift);
    CHECK(certain == "AD>B 1.25 BD>A 1.25 D>A 1.25 D>B 1.25 ");
    std::string concise;
    const Rules few = rules_of(.2, 1, true);
    for (const AssociationRule& rule : few.rules)
        concise += rule_text(rule) + " ";
    CHECK(concise == "D>A D>B ");
}

namespace {

/// Baskets in which each of nine items is likelier than the one before.
std::vector<std::vector<Item>> random_baskets(double step) {
    Random random(5);
    std::vector<std::vector<Item>> out(300);
    for (std::vector<Item>& basket : out)
        for (Item item = 0; item < 9; ++item)
            if (random.share() < step * (item + 1))
                basket.push_back(item);
    return out;
}

void check_sets(const std::vector<std::vector<Item>>& baskets, std::int64_t least) {
    const auto sets = find_itemsets(list_of(baskets), 9, {.least = least});
    std::size_t expected = 0;
    for (unsigned bits = 1; bits < 512; ++bits) {
        std::vector<Item> items;
        for (Item item = 0; item < 9; ++item)
            if ((bits >> item & 1U) != 0)
                items.push_back(item);
        const auto count = std::ranges::count_if(
            baskets, [&](const auto& basket) { return std::ranges::includes(basket, items); });
        if (count >= least) {
            ++expected;
            CHECK(sets.found.count_of(items) == count);
        } else {
            CHECK(!sets.found.count_of(items));
        }
    }
    CHECK(sets.found.sets().size() == expected);
    CHECK(sets.complete());
}

}  // namespace

TEST_CASE("a basket has its items once") {
    BasketList baskets = list_of({{2, 0, 2}, {}, {1}});
    REQUIRE(baskets.size() == 2);
    CHECK(std::ranges::is_permutation(baskets[0], std::vector<Item>{0, 2}));
    baskets.renumber(std::vector<Item>{0, 2, 1});
    CHECK(std::ranges::is_permutation(baskets[0], std::vector<Item>{0, 1}));
    CHECK(std::ranges::equal(baskets[1], std::vector<Item>{2}));
}

TEST_CASE("sets of items are those that counting finds") {
    const auto baskets = random_baskets(.1);  // most of them are kept as bits, the others as lists
    check_sets(baskets, 12);
    check_sets(random_baskets(.015), 2);
    const BasketList dense = list_of(baskets);
    CHECK(find_itemsets(dense, 9, {.least = 12, .most = 5}).end == ItemsetsFound::End::too_many);
    CHECK(find_itemsets(dense, 9, {.least = 12, .work = 50}).end ==
          ItemsetsFound::End::too_much_work);
    const Itemsets found = find_itemsets(dense, 9, {.least = 12, .longest = 2}).found;
    for (const Itemsets::Set& set : found.sets()) {
        CHECK(set.size <= 2);
        if (set.size == 2)
            CHECK(found.find_without(set, 0)->count == found.count_of(found.items(set).subspan(1)));
    }
    CHECK(!Itemsets().count_of(std::vector<Item>{1}));
}

TEST_CASE("Fisher's exact test and its correction") {
    // Fisher's tea: 8 cups, 4 and 4, 3 right: 17/70.
    CHECK(near(FisherTest(8)(4, 4, 3), 17.0 / 70, 1e-12));
    CHECK(near(FisherTest(8)(4, 4, 4), 1.0 / 70, 1e-12));
    CHECK(FisherTest(8)(4, 4, 0) == 1);
    CHECK(FisherTest(5)(5, 5, 5) == 1);
    // Both sides of the likeliest count, by sums of binomials as fractions.
    CHECK(near(FisherTest(20)(10, 10, 3), 0.9884929312173895, 1e-12));
    CHECK(near(FisherTest(20)(10, 10, 8), 0.011507068782610578, 1e-12));
    CHECK(near(FisherTest(9835)(100, 90, 40) / 1.0473484597190493e-58, 1, 1e-9));
    CHECK(near(FisherTest(1000)(500, 500, 250), 0.5252124088365806, 1e-11));
    CHECK(near(FisherTest(1000)(500, 500, 251), 0.4747875911634194, 1e-11));
    CHECK(near(FisherTest(9835)(2513, 1903, 300), 1, 1e-12));
    const std::vector<double> corrected = holm({.01, .04, .03, .005});
    CHECK(near(corrected[0], .03, 1e-12));
    CHECK(near(corrected[1], .06, 1e-12));
    CHECK(near(corrected[2], .06, 1e-12));
    CHECK(near(corrected[3], .02, 1e-12));
}

TEST_CASE("the interval of a share") {
    const auto [low, high] = wilson_interval(10, 20);
    CHECK(near(low, .299298, 1e-6));
    CHECK(near(high, .700702, 1e-6));
    CHECK(wilson_interval(0, 10).first == 0);
    CHECK(wilson_interval(10, 10).second == 1);
    CHECK(wilson_interval(0, 0) == std::pair<double, double>{0, 1});
}

TEST_CASE("clusters are found, whatever their order") {
    Points points(2);
    Random random(2);
    for (int i = 0; i < 90; ++i) {
        const double at = i % 3 * 10;
        points.add(std::vector<double>{at + random.share(), at - random.share()});
    }
    const Clustering found = find_clusters(points, 3);
    CHECK(found.sizes == std::vector<std::size_t>{30, 30, 30});
    for (std::size_t i = 3; i < points.size(); ++i)
        CHECK(found.cluster[i] == found.cluster[i % 3]);
    CHECK(found.inertia < 90.0 / 6);
    CHECK(silhouette(points, found).value_or(0) > .9);
    CHECK(!silhouette(points, find_clusters(points, 1)));
    CHECK(find_clusters(points, 90).inertia == 0);
    CHECK(points.different() == 90);
}

TEST_CASE("logistic regression finds the least objective") {
    Random random(4);
    SparseRows rows(2);
    std::vector<bool> outcomes;
    std::vector<double> scores;
    for (int i = 0; i < 2000; ++i) {
        const double x = 4 * random.share() - 2;
        const bool level = i % 2 == 0;
        rows.add(0, x);
        if (level)
            rows.add(1, 1);
        rows.end_row();
        outcomes.push_back(random.share() < sigmoid(1.5 * x - (level ? 1 : 0) + .5));
    }
    const auto fit = fit_logistic(rows, outcomes);
    REQUIRE(fit);
    CHECK(near(fit->weights[0], 1.5, .2));
    CHECK(near(fit->weights[1], -1, .3));
    CHECK(near(fit->intercept, .5, .2));
    const auto again = fit_logistic(rows, outcomes, {.start = &*fit});
    REQUIRE(again);
    CHECK(again->steps < fit->steps);
    CHECK(near(again->weights[0], fit->weights[0], 1e-9));
    CHECK(near(again->objective, fit->objective, 1e-9));
    std::vector<double> probabilities;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        probabilities.push_back(fit->probability(rows, i));
    const double area = auc(probabilities, outcomes).value_or(0);
    CHECK(area > .8);
    const auto [low, high] = auc_interval(area, 1000, 1000);
    CHECK(low < area);
    CHECK(area < high);
    const auto line = calibration_line(probabilities, outcomes);
    REQUIRE(line);
    CHECK(near(line->slope, 1, .02));
    CHECK(calibration_error(probabilities, outcomes) < .03);
}

TEST_CASE("separable outcomes stay finite, one outcome is refused") {
    SparseRows rows(1);
    std::vector<bool> outcomes;
    for (int i = -30; i < 30; ++i) {
        rows.add(0, i);
        rows.end_row();
        outcomes.push_back(i >= 0);
    }
    const auto fit = fit_logistic(rows, outcomes);
    REQUIRE(fit);
    CHECK(std::isfinite(fit->weights[0]));
    CHECK(!fit_logistic(rows, outcomes, {.penalty = 0}));
    const auto one = fit_logistic(rows, std::vector<bool>(60, true));
    REQUIRE(!one);
    CHECK(one.error() == "all rows have the same outcome");
}

/// What R's quantile(x, type = 7) gives.
TEST_CASE("quantiles of type 7") {
    CHECK(!quantile({}, .5));
    CHECK(quantile({7}, .9) == 7);
    CHECK(quantile({3, 1, 2}, .5) == 2);
    CHECK(quantile({4, 1, 3, 2}, .5) == 2.5);
    CHECK(near(*quantile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, .9), 9.1, 1e-12));
    CHECK(near(*quantile({10, 30, 30, 180}, .9), 135, 1e-12));
    CHECK(quantile({1, 5, 9}, 0) == 1);
    CHECK(quantile({1, 5, 9}, 1) == 9);
}

TEST_CASE("how good probabilities are") {
    const std::vector<double> scores = {.1, .4, .35, .8};
    const std::vector<bool> outcomes = {false, false, true, true};
    CHECK(auc(scores, outcomes) == .75);
    CHECK(auc(std::vector<double>{1, 1, 1, 1}, outcomes) == .5);
    CHECK(!auc(scores, std::vector<bool>(4, true)));
    CHECK(near(log_loss(std::vector<double>{.5, .5}, {true, false}), std::log(2.0), 1e-12));
    CHECK(near(brier(scores, outcomes), (.01 + .16 + .4225 + .04) / 4, 1e-12));
    CHECK(std::isfinite(log_loss(std::vector<double>{0, 1}, {true, false})));
    const std::vector<double> falling = {.1, .2, .3, .4};
    const IsotonicCorrection steps(falling, {false, true, false, true});
    CHECK(steps.corrected(.05) == 0);
    CHECK(steps.corrected(.25) == .5);
    CHECK(steps.corrected(.9) == 1);
}
