#include "report/rows.hpp"

#include "base/money.hpp"
#include "report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

namespace crm::report {
namespace {

/// A column of the result and where its values are in a row of the statement.
struct ResultSource {
    Column column;
    int at = 0;
    int currency = -1;  ///< of money
    int id = -1;        ///< of a group that is a record
    bool is_declared = true;
};

class RowReader {
public:
    RowReader(sql::Statement& rows, const Statement& statement)
        : rows_(rows), statement_(statement) {
        for (int i = 0; i < rows.columns(); ++i)
            names_.emplace_back(rows.column_name(i));
        find_sources();
    }

    Result read() {
        Result out;
        for (const ResultSource& source : sources_)
            out.columns.push_back(source.column);
        has_ids_ = std::ranges::any_of(sources_, [](const ResultSource& s) { return s.id >= 0; });
        while (rows_.step()) {
            if (statement_.guarded && out.rows.size() == most_rows)
                throw Error(Fault::refused, "too_many_rows",
                            fmt::format("the report has more than {} rows", most_rows),
                            "ask for less: LIMIT, GROUP BY or a condition");
            add_row(out);
        }
        type_by_values(out);
        if (has_infinite_)
            out.notes.emplace_back("A number that is not finite is left empty.");
        return out;
    }

private:
    int place_of(std::string_view name) const {
        const auto found = std::ranges::find(names_, name);
        return found == names_.end() ? -1 : static_cast<int>(found - names_.begin());
    }

    const std::vector<FileColumn>& figures() const { return statement_.figures; }

    const FileColumn* declared(std::string_view name) const {
        const auto found = std::ranges::find(figures(), name, &Column::name);
        return found == figures().end() ? nullptr : &*found;
    }
    const FileColumn* money_of(std::string_view minor) const {
        const auto found = std::ranges::find(figures(), minor, &FileColumn::minor);
        return minor.empty() || found == figures().end() ? nullptr : &*found;
    }
    bool is_currency(std::string_view name) const {
        return std::ranges::find(figures(), name, &FileColumn::currency_column) != figures().end();
    }

    /// The groups, the figures in the order of the SELECT, the currencies last.
    void find_sources() {
        std::vector<bool> taken(names_.size());
        const auto take = [&](int at) {
            if (at >= 0)
                taken[static_cast<std::size_t>(at)] = true;
            return at;
        };
        for (const Column& group : statement_.columns) {
            ResultSource& source = sources_.emplace_back(ResultSource{.column = group});
            source.at = take(place_of(group.name));
            if (group.type == ColumnType::link)
                source.id = take(place_of(group.name + "_id"));
        }
        std::vector<ResultSource> currencies;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (taken[i])
                continue;
            const int at = static_cast<int>(i);
            if (is_currency(names_[i]) && declared(names_[i]) == nullptr)
                currencies.push_back({.column = {.name = names_[i]}, .at = at});
            else
                add_figure(at, take);
        }
        name_currency(currencies);
        std::ranges::copy(currencies, std::back_inserter(sources_));
        if (statement_.columns.empty())
            find_groups();
    }

    template <class Take>
    void add_figure(int at, Take take) {
        const std::string& name = names_[static_cast<std::size_t>(at)];
        ResultSource source{.at = at};
        if (const FileColumn* money = money_of(name)) {
            source.column = *money;
            source.currency = place_of(money->currency_column);
        } else if (const FileColumn* column = declared(name)) {
            source.column = *column;
            if (column->type == ColumnType::link)
                source.id = take(place_of(name + "_id"));
        } else {
            source.column.name = name;
            source.is_declared = false;
        }
        sources_.push_back(std::move(source));
    }

    /// The currency of all amounts is in the column `currency`, whatever the SELECT calls it.
    void name_currency(std::vector<ResultSource>& currencies) const {
        if (!currencies.empty() && place_of("currency") < 0)
            currencies.front().column.name = "currency";
    }

    /// Without {by} the first columns that are no figures say what a row is.
    void find_groups() {
        for (ResultSource& source : sources_) {
            if (source.column.numeric() || !source.is_declared)
                break;
            source.column.group = true;
        }
        // The ids of other links are columns of their own.
        std::vector<ResultSource> all;
        for (ResultSource& source : sources_) {
            const int id = source.column.group ? -1 : std::exchange(source.id, -1);
            const std::string name = source.column.name + "_id";
            all.push_back(std::move(source));
            if (id >= 0)
                all.push_back({.column = {.name = name}, .at = id});
        }
        sources_ = std::move(all);
    }

    void add_row(Result& out) {
        Row& row = out.rows.emplace_back();
        RowIds ids;
        for (const ResultSource& source : sources_) {
            row.push_back(value_of(source));
            if (has_ids_ && source.column.group)
                ids.emplace_back(source.id < 0 ? std::string_view() : rows_.text(source.id));
        }
        if (has_ids_)
            out.ids.push_back(std::move(ids));
    }

    Value value_of(const ResultSource& source) {
        if (source.at < 0 || rows_.null(source.at))
            return {};
        const View view = rows_.view(source.at);
        switch (source.column.type) {
            case ColumnType::money:
                return money(source, view);
            case ColumnType::integer:
                return view.kind == View::Kind::decimal ? number(view, 0) : view.owned();
            case ColumnType::number:
                return number(view, source.column.digits);
            case ColumnType::share:
            case ColumnType::percent:
                return number(view, 6);
            case ColumnType::days:
                return number(view, 1);
            case ColumnType::boolean:
                if (view.kind == View::Kind::integer)
                    return std::string(view.number == 0 ? "no" : "yes");
                return view.owned();
            default:
                return source.is_declared || view.kind != View::Kind::decimal ? view.owned()
                                                                              : finite(view);
        }
    }

    /// A number without a declared type, as the engine writes it.
    Value finite(const View& view) {
        const auto number = number_of(view.owned());
        if (number)
            return *number == 0 ? Value("0.0") : view.owned();
        has_infinite_ = true;
        return {};
    }

    Value number(const View& view, int digits) {
        const auto number = number_of(view.owned());
        if (!number) {
            has_infinite_ = has_infinite_ || view.kind == View::Kind::decimal;
            return {};
        }
        return rounded_text(*number, digits);
    }

    Value money(const ResultSource& source, const View& view) {
        const std::string currency(source.currency < 0 || rows_.null(source.currency)
                                       ? std::string_view(statement_.own_currency)
                                       : rows_.text(source.currency));
        if (view.kind == View::Kind::integer)
            return money_text(view.number, currency);
        const auto number = number_of(view.owned());
        constexpr double largest = 9.2e18;  // that fits into 64 bits
        if (number && std::abs(*number) < largest)
            return money_text(std::llround(*number), currency);
        has_infinite_ = true;
        return {};
    }

    /// Columns that the report does not declare.
    void type_by_values(Result& out) const {
        for (std::size_t c = 0; c < sources_.size(); ++c) {
            if (sources_[c].is_declared)
                continue;
            Column& column = out.columns[c];
            column.type = type_of_values(out, c, column.digits);
            if (column.type == ColumnType::number)
                for (Row& row : out.rows)
                    if (const auto number = number_of(row[c]))
                        row[c] = rounded_text(*number, column.digits);
        }
        if (!statement_.columns.empty())
            return;
        for (Column& column : out.columns) {
            if (column.numeric() || column.name == "currency")
                break;
            column.group = true;
        }
    }

    static ColumnType type_of_values(const Result& out, std::size_t column, int& digits) {
        bool any = false;
        bool all_integers = true;
        bool all_numbers = true;
        int most = 0;
        for (const Row& row : out.rows) {
            const Value& value = row[column];
            if (std::holds_alternative<std::monostate>(value))
                continue;
            any = true;
            if (std::holds_alternative<std::int64_t>(value))
                continue;
            all_integers = false;
            const std::string text = text_of(value);
            const std::size_t point = text.find('.');
            if (point == std::string::npos || !number_of(value)) {
                all_numbers = false;
                break;
            }
            most = std::max(most, static_cast<int>(text.size() - point - 1));
        }
        if (!any || (!all_integers && !all_numbers))
            return ColumnType::text;
        digits = std::min(most, 6);
        return all_integers ? ColumnType::integer : ColumnType::number;
    }

    sql::Statement& rows_;
    const Statement& statement_;
    std::vector<std::string> names_;
    std::vector<ResultSource> sources_;
    bool has_ids_ = false;
    bool has_infinite_ = false;
};

}  // namespace

Result read_rows(sql::Statement& rows, const Statement& statement) {
    return RowReader(rows, statement).read();
}

}  // namespace crm::report
