
#include "sales/deal_board.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"

#include <fmt/format.h>

#include <algorithm>

/// deal board: the pipeline as columns.
namespace crm::cmd {
namespace {

constexpr int name_width = 24;

std::string title_of(const sales::BoardColumn& column) {
    std::string title = fmt::format("{} {}", column.stage, column.cards.size());
    for (const auto& [currency, sum] : column.sums)
        title += fmt::format(", {} {}", money_text(sum, currency), currency);
    return title;
}

std::string card_text(const sales::BoardCard& card) {
    const std::string amount = card.amount.empty() ? "" : " " + card.amount;
    return fmt::format("{} {}{}", card.id, text::clipped(card.name, name_width), amount);
}

int run(Session& session, const Arguments& args) {
    const std::string pipeline = args.text("pipeline");
    std::vector<std::string> words = args.words;
    words.emplace_back("is:open");
    if (args.has("pipeline"))
        words.push_back(fmt::format("pipeline:=\"{}\"", pipeline));
    store::Selection deals = selection(session, args, words);
    if (!args.has("sort"))
        if (auto sorted = deals.sort("-amount"); !sorted)
            throw sorted.error();
    const auto board = sales::deal_board(deals, session.model().stages(), pipeline);

    std::vector<std::string> titles;
    std::size_t height = 0;
    for (const sales::BoardColumn& column : board) {
        titles.push_back(title_of(column));
        height = std::max(height, column.cards.size());
    }
    Rows rows(session, titles);
    for (std::size_t i = 0; i < height; ++i) {
        std::vector<Value> row;
        for (const sales::BoardColumn& column : board)
            row.emplace_back(i < column.cards.size() ? Value(card_text(column.cards[i])) : Value());
        rows.row(row);
    }
    rows.end();
    return 0;
}

}  // namespace

Command deal_board() {
    return {.help = "Show open deals as a board with a column for each stage",
            .needs = Needs::reading,
            .arguments = {{.name = "QUERY",
                           .kind = Kind::query,
                           .many = true,
                           .help = "the deals; default: all open deals"}},
            .options = {{.name = "pipeline",
                         .kind = Kind::word,
                         .value = "NAME",
                         .help = "only deals of this pipeline"},
                        {.name = "sort",
                         .letter = 's',
                         .kind = Kind::fields,
                         .value = "FIELD,…",
                         .help = "order within a column; default: the largest amount first"}},
            .run = run,
            .details =
                "The title of a column has the number of deals in the stage and the sum of "
                "their amounts, by currency.",
            .examples = {{"deal board", "the pipeline"},
                         {"deal board is:mine -s close_date", "my deals, the next one first"},
                         {"deal board --pipeline Renewals", "one pipeline"}}};
}

}  // namespace crm::cmd
