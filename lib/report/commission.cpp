#include "report/commission.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"
#include "sql/money.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace crm::report {
namespace {

constexpr int places = 4;  ///< no currency has more decimals

class PlanReader {
public:
    explicit PlanReader(const PlanTexts& texts) : texts_(texts) {}

    CommissionPlan read() const {
        CommissionPlan out;
        out.name = texts_.name;
        out.basis = texts_.basis.empty() ? "won deals" : texts_.basis;
        out.query = texts_.query;
        out.tiers.push_back({{}, percent("rate", texts_.rate)});
        for (const std::string& tier : texts_.tiers)
            out.tiers.push_back(next_tier(tier, out.tiers.back().from));
        if (!texts_.team.empty())
            out.team = percent("team", texts_.team);
        return out;
    }

private:
    [[noreturn]] void wrong(std::string_view key, std::string_view text, std::string_view what,
                            std::string hint) const {
        const auto origin = texts_.origins.find(key);
        throw Error(Fault::config, "bad_config",
                    fmt::format("{}: {}: '{}' is not a valid {}",
                                origin == texts_.origins.end() ? "" : origin->second, key,
                                text::visible(text::clipped(text, 40)), what),
                    std::move(hint));
    }

    double percent(std::string_view key, const std::string& text) const {
        char* end = nullptr;
        const double rate = std::strtod(text.c_str(), &end);
        const std::string_view rest = text::trimmed(end);
        const bool whole = end != text.c_str() && (rest.empty() || rest == "%");
        if (!whole || !(rate >= 0 && rate <= 100))
            wrong(key, text, "percentage", "a percentage from 0 to 100: 7.5 %");
        return rate;
    }

    /// "100k = 7 %"
    CommissionPlan::Tier next_tier(const std::string& text, const Amount& before) const {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            bad_tier(text);
        const auto from = read_amount(text.substr(0, equals), {});
        if (!from ||
            from->units(places, Amount::Round::down) <= before.units(places, Amount::Round::down))
            bad_tier(text);
        const bool first = before.digits == 0;
        if (!first && from->currency != before.currency)
            bad_tier(text);
        return {*from, percent("tiers", std::string(text::trimmed(text.substr(equals + 1))))};
    }

    [[noreturn]] void bad_tier(std::string_view text) const {
        wrong("tiers", text, "tier",
              "from the lowest to the highest: [\"100k = 7 %\", \"250k = 9 %\"]");
    }

    const PlanTexts& texts_;
};

}  // namespace

CommissionPlan read_plan(const PlanTexts& texts) {
    return PlanReader(texts).read();
}

std::string commission_of(const CommissionPlan& plan, const std::string& sum,
                          const std::string& currency, const sql::Dialect& dialect) {
    const auto begin = [&](const CommissionPlan::Tier& tier) {
        Amount from = tier.from;
        from.currency.clear();
        return fmt::format("{} * {}", from.text(), sql::minor_per_major(currency));
    };
    std::string paid;
    for (std::size_t i = 0; i < plan.tiers.size(); ++i) {
        const bool last = i + 1 == plan.tiers.size();
        const std::string most = last ? sum : dialect.lesser(sum, begin(plan.tiers[i + 1]));
        const std::string from = i == 0 ? "0" : begin(plan.tiers[i]);
        const std::string within = dialect.greater("0", fmt::format("{} - {}", most, from));
        paid +=
            fmt::format("{}{} * {} / 100.0", paid.empty() ? "" : " + ", within, plan.tiers[i].rate);
    }
    const std::string& own = plan.tiers.back().from.currency;
    if (!own.empty())
        paid = fmt::format("CASE WHEN {} = {} THEN {} ELSE {} * {} / 100.0 END", currency,
                           sql::literal(own), paid, dialect.greater("0", sum),
                           plan.tiers.front().rate);
    return "(" + paid + ")";
}

}  // namespace crm::report
