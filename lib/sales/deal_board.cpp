#include "sales/deal_board.hpp"

#include "meta/type.hpp"

#include <algorithm>
#include <span>

namespace crm::sales {

std::vector<BoardColumn> deal_board(store::Selection& deals, const meta::Stages& stages,
                                    std::string_view pipeline) {
    std::vector<BoardColumn> board;
    for (const std::string_view stage : stages.open(pipeline))
        board.push_back({.stage = std::string(stage), .cards = {}, .sums = {}});
    for (const std::string_view name : {"id", "name", "amount", "stage"})
        deals.columns.push_back(*store::select_column(deals.entity(), name));
    const meta::FieldInfo& amount_field = *deals.entity().find("amount");

    deals.each([&](std::span<const std::span<const View>> cells) {
        const std::string stage(cells[3].front().text);
        const auto amount = cells[2];
        auto column = std::ranges::find(board, stage, &BoardColumn::stage);
        if (column == board.end()) {
            if (!pipeline.empty())
                return true;
            column = board.insert(column, {.stage = stage, .cards = {}, .sums = {}});
        }
        column->cards.push_back({.id = std::string(cells[0].front().text),
                                 .name = std::string(cells[1].front().text),
                                 .amount = meta::text(amount_field, amount)});
        if (!amount[0].null())
            column->sums[std::string(amount[1].text)] += amount[0].number;
        return true;
    });
    return board;
}

}  // namespace crm::sales
