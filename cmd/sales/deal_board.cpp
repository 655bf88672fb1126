#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "meta/stages.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>

/// deal board: the pipeline as columns.
namespace crm::cmd {
namespace {

struct Column {
    std::string_view stage;
    std::vector<std::string> cards;
    std::map<std::string, std::int64_t> sums;  ///< minor units by currency
};

int run(Session& session, const Arguments& args) {
    std::vector<Column> board;
    std::deque<std::string> former;
    for (const std::string_view stage : session.model().stages().open(args.value("pipeline")))
        board.push_back({stage, {}, {}});
    std::vector<std::string> words = args.words;
    words.emplace_back("is:open");
    if (args.has("pipeline"))
        words.push_back(fmt::format("pipeline:=\"{}\"", args.value("pipeline")));
    store::Selection s = selection(session, args, words);
    if (!args.has("sort"))
        if (auto sorted = s.sort("-amount"); !sorted)
            throw sorted.error();
    for (const std::string_view column : {"id", "name", "amount", "stage"})
        s.columns.push_back(*store::select_column(*args.noun, column));
    s.each([&](std::span<const std::span<const View>> cells) {
        auto it = std::ranges::find(board, cells[3].front().text, &Column::stage);
        // A stage that the configuration had once: its deals are open all the same.
        if (it == board.end() && !args.has("pipeline"))
            it = board.insert(it, {former.emplace_back(cells[3].front().text), {}, {}});
        if (it == board.end())
            return true;
        const std::string amount = meta::text(*s.columns[2].field, cells[2]);
        it->cards.push_back(fmt::format("{} {}{}{}", cells[0].front().text,
                                        text::clipped(cells[1].front().text, 24),
                                        amount.empty() ? "" : " ", amount));
        if (!cells[2][0].null())
            it->sums[std::string(cells[2][1].text)] += cells[2][0].number;
        return true;
    });
    std::vector<std::string> titles;
    std::size_t rows_needed = 0;
    for (const Column& column : board) {
        std::string title = fmt::format("{} {}", column.stage, column.cards.size());
        for (const auto& [currency, sum] : column.sums)
            title += fmt::format(", {} {}", money_text(sum, currency), currency);
        titles.push_back(std::move(title));
        rows_needed = std::max(rows_needed, column.cards.size());
    }
    Rows rows(session, titles);
    for (std::size_t i = 0; i < rows_needed; ++i) {
        std::vector<Value> row;
        for (const Column& column : board)
            row.emplace_back(i < column.cards.size() ? Value(column.cards[i]) : Value());
        rows.row(row);
    }
    rows.end();
    return 0;
}

}  // namespace

Command deal_board() {
    return {.help = "The open deals as columns, one for each stage",
            .needs = Needs::reading,
            .arguments = {{.name = "QUERY",
                           .kind = Kind::query,
                           .many = true,
                           .help = "which; all that are open without one"}},
            .options = {{.name = "pipeline",
                         .kind = Kind::word,
                         .value = "NAME",
                         .help = "of this pipeline only"},
                        {.name = "sort",
                         .letter = 's',
                         .kind = Kind::fields,
                         .value = "FIELD,…",
                         .help = "order within a column; the largest first"}},
            .run = run,
            .details =
                "Each column says how many deals stand there and what they are worth, currency by "
                "currency.",
            .examples = {{"deal board", "the pipeline"},
                         {"deal board is:mine -s close_date", "mine, the most urgent first"}}};
}

}  // namespace crm::cmd
