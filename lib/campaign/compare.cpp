#include "campaign/compare.hpp"

#include "campaign/members.hpp"
#include "insight/special.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crm::campaign {
namespace {

constexpr double significant = 0.05;

bool got_to(const store::Record& member, std::string_view status) {
    if (status == "Bounced")
        return !member.text("bounced_at").empty();
    if (status == "Opted Out")
        return !member.text("opted_out_at").empty();
    return !is_lower(member, member.text("rank"), status);
}

}  // namespace

void judge(std::vector<VariantResult>& results) {
    if (results.size() < 2)
        return;
    const auto best = std::ranges::max_element(
        results, {}, [](const VariantResult& result) { return result.reached.rate(); });
    const double comparisons = static_cast<double>(results.size() - 1);
    for (VariantResult& result : results) {
        if (&result == &*best)
            continue;
        result.p =
            std::min(1.0, insight::equal_rates_p(result.reached, best->reached) * comparisons);
        result.verdict = *result.p < significant ? fmt::format("{} is better", best->variant)
                                                 : "no difference that chance could not make";
    }
}

std::vector<VariantResult> compare(store::Store& store, const store::Record& campaign,
                                   std::string_view status) {
    std::vector<VariantResult> out;
    if (!store.db().has_table("member"))
        return out;
    const meta::Entity& noun = store.model().get("member");
    std::map<std::string, insight::Proportion> figures;
    sql::Statement all = store.db().prepare(R"(
        SELECT "variant", "rank", "bounced_at", "opted_out_at" FROM "member"
        WHERE "campaign" = ?1 AND "sent_at" IS NOT NULL AND "deleted_at" IS NULL
          AND "undone" IS NULL)");
    store::Record member(noun);
    for (all.with(campaign.id); all.step();) {
        member.put_text("rank", std::string(all.text(1)));
        member.put_text("bounced_at", std::string(all.text(2)));
        member.put_text("opted_out_at", std::string(all.text(3)));
        // What was sent before there were variants is that of the campaign, too.
        insight::Proportion& figure = figures[all.text(0).empty() ? "A" : std::string(all.text(0))];
        ++figure.cases;
        figure.reached += got_to(member, status) ? 1 : 0;
    }
    for (const auto& [variant, figure] : figures)
        out.push_back({variant, figure, insight::wilson_interval(figure.reached, figure.cases)});
    judge(out);
    return out;
}

}  // namespace crm::campaign
