#include "value/store_scores.hpp"

#include "base/money.hpp"
#include "meta/type.hpp"
#include "store/columns.hpp"
#include "store/query_context.hpp"
#include "value/store_fields.hpp"
#include "value/store_purchases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

namespace crm::value {
namespace {

constexpr std::array<std::string_view, 5> fields = {"rfm", "rfm_segment", "clv", "alive",
                                                    "cluster"};

using Texts = std::array<std::string, fields.size()>;

std::string number_text(std::optional<std::int64_t> number) {
    return number ? std::to_string(*number) : std::string();
}

/// What a list shows of the scores.
Texts texts_of(const CustomerScore& score, const std::string& currency) {
    return {score.rfm, std::string(score.segment),
            score.clv ? money_text(*score.clv, currency) + " " + currency : std::string(),
            number_text(score.alive), number_text(score.cluster)};
}

}  // namespace

CustomerScores customer_scores_of_store(store::Resolver& resolver, const Clock& clock,
                                        const meta::Entity& noun, const std::string& currency) {
    OrderRequest orders;
    orders.filter.as_of = clock.today();
    orders.currency = currency;
    orders.of_contacts = noun.noun == "contact";
    orders.leave_out_without_rate = true;
    Request request;
    request.as_of = clock.today();
    return customer_scores(purchases_of_store(resolver, clock, orders), request);
}

std::vector<std::int64_t> records_to_score(store::Resolver& resolver, const Clock& clock,
                                           const meta::Entity& noun, const CustomerScores& scores,
                                           const std::vector<std::int64_t>* among) {
    std::vector<std::int64_t> out;
    if (!is_in_use(resolver.store(), noun))
        return out;
    std::unordered_map<std::string_view, Texts> wanted;
    for (const CustomerScore& score : scores.customers)
        wanted.emplace(score.customer.id, texts_of(score, scores.currency));
    store::Selection selection = store::select(resolver, clock, noun, {});
    if (among != nullptr)
        selection.among = *among;
    store::add_columns(selection, {"id"});
    store::add_columns(selection, {fields.begin(), fields.end()});
    const Texts nothing;
    selection.each([&](std::span<const std::span<const View>> cells) {
        const std::string_view id = cells[0].front().text;
        const auto found = wanted.find(id);
        const Texts& texts = found == wanted.end() ? nothing : found->second;
        bool differs = false;
        for (std::size_t i = 0; i < fields.size(); ++i)
            differs = differs ||
                      store::cell_text(selection.columns[i + 1], cells[i + 1], clock) != texts[i];
        if (differs)
            out.push_back(number_of(id, noun));
        return true;
    });
    std::ranges::sort(out);
    return out;
}

}  // namespace crm::value
