#pragma once

#include "meta/stages.hpp"
#include "store/select.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Open deals, stage by stage.
namespace crm::sales {

struct BoardCard {
    std::string id, name;
    std::string amount;  ///< with the currency; empty where there is none
};

struct BoardColumn {
    std::string stage;
    std::vector<BoardCard> cards;
    std::map<std::string, std::int64_t> sums;  ///< minor units by currency
};

/// A column for each open stage of the pipeline (of all pipelines where it is empty), with the
/// deals of the selection in its order. Deals in a stage that is no longer configured get a column
/// of their own, unless a pipeline is given.
std::vector<BoardColumn> deal_board(store::Selection& deals, const meta::Stages& stages,
                                    std::string_view pipeline);

}  // namespace crm::sales
