#include "sales/unknown_stages.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::sales {
namespace {

constexpr std::string_view deals_by_stage = R"(
SELECT "stage", count(*)
FROM "deal"
WHERE "stage" IS NOT NULL AND {live}
GROUP BY "stage"
ORDER BY "stage")";

}  // namespace

std::vector<std::pair<std::string, std::int64_t>> unknown_stages(store::Store& store) {
    std::vector<std::pair<std::string, std::int64_t>> out;
    const meta::Stages& configured = store.model().stages();
    sql::Statement get =
        store.db().prepare(fmt::format(deals_by_stage, fmt::arg("live", sql::live())));
    while (get.step())
        if (configured.find(get.text(0)) == nullptr)
            out.emplace_back(get.text(0), get.integer(1));
    return out;
}

}  // namespace crm::sales
