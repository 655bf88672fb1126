#include "insight/bg_nbd.hpp"
#include "insight/gamma_gamma.hpp"
#include "insight/random.hpp"
#include "insight/special.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace crm::insight;

namespace {

bool near_relatively(double found, double expected, double relative) {
    return std::abs(found - expected) <= relative * std::abs(expected);
}

/// Invented customers who buy and leave as the model says.
std::vector<Buyer> invented_buyers(const BgNbd& model, int count, double weeks) {
    Random random(7);
    const auto exponential = [&](double rate) { return -std::log1p(-random.share()) / rate; };
    std::vector<Buyer> out;
    for (int i = 0; i < count; ++i) {
        // Whole shape parameters make both distributions sums of exponential ones.
        double rate = 0;
        for (int k = 0; k < static_cast<int>(model.r); ++k)
            rate += exponential(model.alpha);
        double leaves = 0;
        for (int k = 0; k < static_cast<int>(model.a); ++k)
            leaves += exponential(1);
        double stays = 0;
        for (int k = 0; k < static_cast<int>(model.b); ++k)
            stays += exponential(1);
        Buyer buyer{0, 0, weeks};
        double at = 0;
        bool active = true;  // nobody leaves after the first purchase
        while (active && (at += exponential(rate)) <= weeks) {
            ++buyer.repeats;
            buyer.last = at;
            active = random.share() >= leaves / (leaves + stays);
        }
        out.push_back(buyer);
    }
    return out;
}

std::string why_not(const std::vector<Buyer>& buyers) {
    const auto fit = fit_bg_nbd(buyers);
    return fit ? "" : fit.error();
}

}  // namespace

TEST_CASE("expected purchases are exact where the hypergeometric function would overflow") {
    struct Known {
        BgNbd model;
        Buyer buyer;
        double weeks;
        double expected;
    };
    // The definition (equation 10), summed with 80 digits.
    const Known known[] = {
        {{.243, 4.414, .793, 2.426}, {26, 30.86, 31}, 39, 20.7497261408573},
        {{.243, 4.414, .793, 2.426}, {1000, 38, 39}, 39, 6.52488816001663e-05},
        {{.243, 4.414, 1, 2.426}, {3, 20, 39}, 39, 0.932870334790848},
        {{.243, 4.414, .3, .7}, {0, 0, 39}, 39, 0.192155481558462},
        {{.243, 4.414, .3, .7}, {2, 30, 39}, 39, 1.38882866754143},
        {{.243, 4.414, .2, .3}, {0, 0, 20}, 52, 0.38770757610113},
        {{.243, 4.414, .2, .3}, {5, 18, 20}, 520, 65.5629882847484},
        {{.5, 10, 1, 1}, {1000, 50, 52}, 52, 3.44647529274244e-09},
        {{.243, 4.414, .793, 2.426}, {0, 0, 0}, 2600, 9.51813500344953},
        {{1.5, 4, 2.5, .2}, {4, 3, 10}, 100, 0.0997572268473745},
    };
    for (const Known& k : known) {
        CAPTURE(k.expected);
        CHECK(near_relatively(k.model.expected(k.buyer, k.weeks).value_or(-1), k.expected, 1e-9));
    }
    // Its terms cancel each other to the last digit.
    CHECK(!BgNbd{67.2, 2.42, 1, 1}.expected({1, 120.8, 299.4}, 520));
}

TEST_CASE("expected purchases grow with time, and no time brings none") {
    Random random(3);
    for (int i = 0; i < 200; ++i) {
        const auto parameter = [&] { return std::exp(8 * random.share() - 4); };
        const BgNbd model{parameter(), parameter(), parameter(), parameter()};
        const double age = 100 * random.share();
        const Buyer buyer{static_cast<std::int64_t>(20 * random.share()), age * random.share(),
                          age};
        CHECK(model.expected(buyer, 0).value_or(-1) == 0);
        double before = 0;
        for (double weeks = 1; weeks < 300; weeks *= 2) {
            const double now = model.expected(buyer, weeks).value_or(-1);
            CHECK(std::isfinite(now));
            CHECK(now >= before * (1 - 1e-9));
            before = now;
        }
        const double alive = model.alive(buyer);
        CHECK(alive >= 0);
        CHECK(alive <= 1);
    }
}

TEST_CASE("the likeliest model is found again in invented customers") {
    const BgNbd truth{1, 8, 1, 3};
    const auto buyers = invented_buyers(truth, 4000, 52);
    const auto fit = fit_bg_nbd(buyers);
    REQUIRE(fit);
    CHECK(std::abs(fit->model.r - truth.r) < 3 * fit->standard_errors[0]);
    CHECK(std::abs(fit->model.alpha - truth.alpha) < 3 * fit->standard_errors[1]);
    CHECK(std::abs(fit->model.a - truth.a) < 3 * fit->standard_errors[2]);
    CHECK(std::abs(fit->model.b - truth.b) < 3 * fit->standard_errors[3]);
    CHECK(fit->steps < 30);
    // No neighbour is likelier.
    CHECK(near_relatively(log_likelihood(fit->model, buyers), fit->log_likelihood, 1e-12));
    for (const double by : {.99, 1.01}) {
        const BgNbd& m = fit->model;
        CHECK(log_likelihood({m.r * by, m.alpha, m.a, m.b}, buyers) < fit->log_likelihood);
        CHECK(log_likelihood({m.r, m.alpha * by, m.a, m.b}, buyers) < fit->log_likelihood);
        CHECK(log_likelihood({m.r, m.alpha, m.a * by, m.b}, buyers) < fit->log_likelihood);
        CHECK(log_likelihood({m.r, m.alpha, m.a, m.b * by}, buyers) < fit->log_likelihood);
    }
}

TEST_CASE("buyers who do not settle a model are refused with a sentence") {
    CHECK(why_not({}) == "0 customers have bought again; 10 are needed for a model");
    const std::vector<Buyer> one(1, {2, 10, 20});
    CHECK(why_not(one) == "1 customer has bought again; 10 are needed for a model");
    const std::vector<Buyer> none(50, {0, 0, 30});
    CHECK(why_not(none) == "0 customers have bought again; 10 are needed for a model");
    const std::vector<Buyer> alike(50, {2, 10, 30});
    CHECK(why_not(alike) ==
          "all customers have bought equally often, which does not settle a model");
    // Everybody buys on the last day: nobody ever leaves.
    std::vector<Buyer> forever;
    for (int i = 0; i < 40; ++i)
        forever.push_back({i % 3 + 1, 30, 30});
    CHECK(why_not(forever) == "the data do not settle the model");
}

TEST_CASE("what customers spend") {
    Random random(11);
    const auto exponential = [&] { return -std::log1p(-random.share()); };
    std::vector<Spender> spenders;
    for (int i = 0; i < 3000; ++i) {
        // p 2, q 4, v 60: sums of exponential numbers.
        double rate = 0;
        for (int k = 0; k < 4; ++k)
            rate += exponential() / 60;
        const std::int64_t x = 1 + i % 4;
        double sum = 0;
        for (std::int64_t k = 0; k < 2 * x; ++k)
            sum += exponential() / rate;
        spenders.push_back({x, sum / static_cast<double>(x)});
    }
    const auto fit = fit_gamma_gamma(spenders);
    REQUIRE(fit);
    CHECK(std::abs(fit->model.p - 2) < 3 * fit->standard_errors[0]);
    CHECK(std::abs(fit->model.q - 4) < 3 * fit->standard_errors[1]);
    CHECK(std::abs(fit->model.v - 60) < 3 * fit->standard_errors[2]);
    // Another unit changes v and nothing else.
    auto in_cents = spenders;
    for (Spender& spender : in_cents)
        spender.average *= 100;
    const auto cents = fit_gamma_gamma(in_cents);
    REQUIRE(cents);
    CHECK(near_relatively(cents->model.p, fit->model.p, 1e-6));
    CHECK(near_relatively(cents->model.v, fit->model.v * 100, 1e-6));
    // A customer's own mean counts the more, the more purchases it has.
    const GammaGamma& m = fit->model;
    CHECK(near_relatively(m.expected(0, 0), m.p * m.v / (m.q - 1), 1e-12));
    CHECK(std::abs(m.expected(100, 50) - 50) < std::abs(m.expected(1, 50) - 50));

    const std::vector<Spender> alike(30, {2, 25});
    const auto refused = fit_gamma_gamma(alike);
    REQUIRE(!refused);
    CHECK(refused.error() ==
          "all customers spend the same, which does not settle a model of what they spend");
}

TEST_CASE("digamma and trigamma have their known values") {
    const double euler = 0.57721566490153286;
    const double pi = 3.14159265358979324;
    CHECK(near_relatively(digamma(1), -euler, 1e-14));
    CHECK(near_relatively(digamma(.5), -euler - 2 * std::log(2.0), 1e-14));
    CHECK(near_relatively(digamma(1e6), std::log(1e6) - 5e-7, 1e-12));
    CHECK(near_relatively(trigamma(1), pi * pi / 6, 1e-14));
    CHECK(near_relatively(trigamma(.5), pi * pi / 2, 1e-14));
}
