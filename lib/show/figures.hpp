#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Figures in groups, as exact texts. What a person reads is made of these at one place.
namespace crm::show {

/// What the texts of a column are.
enum class FigureKind : std::uint8_t {
    text,
    date,     ///< 2026-11-30
    instant,  ///< 2026-11-30T09:00:00Z
    month,    ///< 2026-11
    integer,
    number,   ///< with a fraction
    share,    ///< 0 to 1
    percent,  ///< 0 to 100
    money,    ///< major units
    days,
};

struct FigureColumn {
    std::string name;   ///< of the column in other formats
    std::string title;  ///< for people; without one it is the name
    FigureKind kind = FigureKind::text;
    std::string unit = {};  ///< of money that all rows have in one currency: its code
    std::string help = {};  ///< what it means, in one sentence
    bool group = false;     ///< says what a row is about

    const std::string& heading() const { return title.empty() ? name : title; }
    bool numeric() const { return kind >= FigureKind::integer; }
};

struct FigureRow {
    std::vector<std::string> cells;  ///< one for each column; empty where there is none
    bool total = false;              ///< of several rows together
};

/// The first columns are groups.
struct Figures {
    std::vector<FigureColumn> columns;
    std::vector<FigureRow> rows;
    std::vector<FigureRow> totals = {};      ///< of the whole report, one for each currency
    std::vector<std::string> notes = {};     ///< sentences
    std::size_t charted = 0;                 ///< the column that charts draw
    std::size_t currency = ~std::size_t{0};  ///< the column of its currency, where there is one

    std::size_t groups() const;
    /// The currency of a row; empty where it has none.
    std::string_view currency_of(const FigureRow& row) const;
    bool has_currency() const { return currency < columns.size(); }
};

/// A cell for a person: 1,200.00, 63.1 %, 30 Nov 2026, Nov 2026. A group without a value is "none".
std::string figure_text(const FigureColumn& column, std::string_view exact);

/// Whether a text names a span of the calendar: 2026, 2026-Q4, 2026-11, 2026-W48, 2026-11-30.
bool is_time(std::string_view text);

}  // namespace crm::show
