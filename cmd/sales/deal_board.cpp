
#include "sales/deal_board.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "show/cell.hpp"

#include <fmt/format.h>

#include <algorithm>

/// deal board: the pipeline as columns.
namespace crm::cmd {
namespace {

constexpr int name_width = 24;

/// An amount with its currency; for a person with thousands separators.
std::string amount_text(const std::string& amount, bool person) {
    return person ? show::grouped(amount) : amount;
}

std::string title_of(const sales::BoardColumn& column, bool person) {
    std::string title = fmt::format("{} {}", column.stage, column.cards.size());
    for (const auto& [currency, sum] : column.sums)
        title += ", " + amount_text(money_text(sum, currency) + " " + currency, person);
    return title;
}

std::string card_text(const sales::BoardCard& card, bool person) {
    const std::string amount = card.amount.empty() ? "" : " " + amount_text(card.amount, person);
    return fmt::format("{} {}{}", card.id, text::clipped(card.name, name_width), amount);
}

void print_board(Session& session, store::Selection& deals, const std::string& pipeline) {
    const auto board = sales::deal_board(deals, session.model().stages(), pipeline);
    const bool person = style(session).person;
    std::vector<Rows::Head> titles;
    std::size_t height = 0;
    for (const sales::BoardColumn& column : board) {
        titles.emplace_back(title_of(column, person));
        height = std::max(height, column.cards.size());
    }
    Rows rows(session, titles);
    for (std::size_t i = 0; i < height; ++i) {
        std::vector<Value> row;
        for (const sales::BoardColumn& column : board)
            row.emplace_back(i < column.cards.size() ? Value(card_text(column.cards[i], person))
                                                     : Value());
        rows.row(row);
    }
    rows.end();
}

/// For programs: a row for each deal.
void print_deals(Session& session, store::Selection& deals) {
    const auto columns = deals.entity().columns();
    std::vector<std::string> names(columns.begin(), columns.end());
    if (session.format == "ids")
        names = {"id"};
    set_columns(session, deals, names);
    print_rows(session, deals);
}

int run_deal_board(Session& session, const Arguments& args) {
    const std::string pipeline = args.text("pipeline");
    Arguments sorted = args;
    sorted.options["sort"] = "stage," + (args.has("sort") ? args.text("sort") : "-amount");
    sorted.words.emplace_back("is:open");
    if (args.has("pipeline"))
        sorted.words.push_back(fmt::format("pipeline:=\"{}\"", pipeline));
    store::Selection deals = selection(session, sorted, sorted.words);
    const bool as_board = session.pattern.empty() && session.fields.empty() &&
                          row_format(session) == show::Format::table;
    if (as_board)
        print_board(session, deals, pipeline);
    else
        print_deals(session, deals);
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
                         .kind = Kind::value,
                         .value = "NAME",
                         .help = "only deals of this pipeline",
                         .noun = "deal",
                         .field = "pipeline"},
                        {.name = "sort",
                         .letter = 's',
                         .kind = Kind::fields,
                         .value = "FIELD,…",
                         .help = "order within a column; default: the largest amount first"}},
            .formats = formats::rows_with_id,
            .run = run_deal_board,
            .details =
                "The title of a column has the number of deals in the stage and the sum of "
                "their amounts, by currency. In a pipe, and with -o other than table, there is a "
                "row for each deal, stage by stage.",
            .examples = {{"deal board", "the pipeline"},
                         {"deal board is:mine -s close_date", "my deals, the next one first"},
                         {"deal board --pipeline Renewals", "one pipeline"},
                         {"deal board --json", "an object for each deal"}}};
}

}  // namespace crm::cmd
