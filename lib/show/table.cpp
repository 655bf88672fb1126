#include "base/text.hpp"
#include "show/chart.hpp"
#include "show/lines.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace crm::show {
namespace {

constexpr int gap = 2;                 // blanks between columns
constexpr int least_text_columns = 8;  // no column of text is made narrower
constexpr int token = 12;  // what has no field and is no wider (an id, a date, a count) stays whole
constexpr int dropped = -1;  // the width of a column that is not shown
constexpr int widest_whole = 40;
constexpr int bar_columns = 20;
constexpr int widest = 400;  // a cell's part in a table without limit

/// Keeps the rows, since the widths are known only at the end.
class Table final : public Writer {
public:
    Table(std::span<const Column> columns, const Style& style, Sink& sink)
        : columns_(columns),
          style_(style),
          sink_(sink),
          natural_(columns.size()),
          kinds_(columns.size(), View::Kind::null) {}

    void row(std::span<const Cells> values) override {
        if (style_.colour)
            tints_.push_back(tint_);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::string_view s = raw_text(columns_[i], values[i], style_, scratch_);
            if (columns_[i].shape == Shape::bar) {
                cells_.push_back({text_.size(), s.size(), bar_columns});
                text_ += s;
                natural_[i] = bar_columns;
                least_bar_ = std::min(least_bar_, std::strtod(std::string(s).c_str(), nullptr));
                continue;
            }
            const bool lines = s.find('\n') != s.npos;
            if (lines) {
                flat_ = one_line(s);
                s = flat_;
            }
            flat_ = text::visible(s.substr(0, longest));
            int width = text::width(flat_);
            if (width > limit()) {
                flat_ = text::clipped(flat_, limit());
                width = text::width(flat_);
            }
            cells_.push_back({text_.size(), flat_.size(), width});
            text_ += flat_;
            natural_[i] = std::max(natural_[i], width);
            if (!values[i].empty())
                kinds_[i] = std::max(kinds_[i], values[i][0].kind);
        }
    }

    void tint(std::string_view sgr) override { tint_ = sgr; }

    void end() override {
        if (!cells_.empty() && !columns_.empty()) {
            const std::vector<int> widths = fitted();
            if (style_.header.value_or(true))
                header(widths);
            for (std::size_t i = 0; i < cells_.size(); ++i) {
                const std::size_t column = i % columns_.size();
                const Cell& cell = cells_[i];
                const std::string_view tint =
                    style_.colour ? tints_[i / columns_.size()] : std::string_view();
                if (column == 0 && !tint.empty()) {
                    (sink_.text += "\x1b[") += tint;
                    sink_.text += 'm';
                }
                put(std::string_view(text_).substr(cell.at, cell.bytes), cell.width, column,
                    widths[column]);
                if (column + 1 < columns_.size())
                    continue;
                if (!tint.empty())
                    sink_.text += "\x1b[0m";
                line_end();
            }
        }
        sink_.flush();
    }

private:
    static constexpr std::size_t longest = 8192;  // bytes of a cell that are looked at

    struct Cell {
        std::size_t at, bytes;
        int width;
    };

    int limit() const {
        return style_.width > 0 ? std::max(style_.width, least_text_columns) : widest;
    }

    static std::string one_line(std::string_view s) {
        std::string out(s.substr(0, longest));
        std::erase(out, '\r');
        while (out.ends_with('\n'))
            out.pop_back();
        std::ranges::replace(out, '\n', ' ');
        return out;
    }

    bool right(std::size_t column) const {
        return columns_[column].field
                   ? right_aligned(columns_[column])
                   : right_aligned(columns_[column]) || kinds_[column] == View::Kind::integer ||
                         kinds_[column] == View::Kind::decimal;
    }

    /// Whether it is a report with its chart: its bars go first, and then figures that have no room
    /// for their titles.
    bool has_bars() const {
        return std::ranges::find(columns_, Shape::bar, &Column::shape) != columns_.end();
    }

    /// What a column keeps however narrow the terminal.
    int least(std::size_t column, int want, int title) const {
        if (natural_[column] == 0)
            return std::min(title, 3);
        if (!columns_[column].field && natural_[column] <= token)
            return style_.drops && has_bars() && right(column) ? want : natural_[column];
        if (columns_[column].whole)
            return std::min(want, widest_whole);
        return columns_[column].field && uncuttable(columns_[column])
                   ? natural_[column]
                   : std::min(want, least_text_columns);
    }

    /// The widths of the columns on the way to fit into a line.
    struct Widths {
        std::vector<int> want;   ///< of cells and title
        std::vector<int> floor;  ///< the least, or `dropped`
        int room = 0;            ///< for cells, without the gaps
        int most = 0;            ///< the largest of `want`

        int wanted() const { return std::reduce(want.begin(), want.end()); }
        int capped(std::size_t i, int cap) const {
            return std::max(floor[i], std::min(want[i], cap));
        }
        int total(int cap) const {
            int sum = 0;
            for (std::size_t i = 0; i < want.size(); ++i)
                if (floor[i] != dropped)
                    sum += capped(i, cap);
            return sum;
        }
    };

    Widths natural_widths() const {
        Widths widths;
        widths.room = style_.width > 0 ? style_.width : 1 << 30;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const bool titled = style_.header.value_or(true);
            const int title = titled ? text::width(text::visible(columns_[i].title)) : 0;
            widths.want.push_back(std::max(natural_[i], title));
            widths.floor.push_back(least(i, widths.want[i], title));
            widths.most = std::max(widths.most, widths.want[i]);
            if (i > 0)
                widths.room -= gap;
        }
        return widths;
    }

    /// Drops columns that are too narrow to read: first those without values, then the last ones.
    void drop_columns(Widths& widths) const {
        constexpr int mark = 2;  // the sign that there is more
        int fixed = std::reduce(widths.floor.begin(), widths.floor.end());
        const auto drop = [&](std::size_t i) {
            fixed -= widths.floor[i];
            widths.room += gap;
            widths.want[i] = dropped;
            widths.floor[i] = dropped;
        };
        widths.room -= mark;
        for (std::size_t i = columns_.size(); i-- > 1 && fixed > widths.room;)
            if (natural_[i] == 0)
                drop(i);
        for (std::size_t i = columns_.size(); i-- > 2 && fixed > widths.room;)
            if (widths.floor[i] != dropped)
                drop(i);
        if (std::ranges::find(widths.floor, dropped) == widths.floor.end())
            widths.room += mark;
    }

    /// Bars take the room that is left on a terminal.
    void widen_bars(Widths& widths) const {
        const auto bars = std::ranges::find(columns_, Shape::bar, &Column::shape);
        if (bars != columns_.end() && style_.width > 0)
            widths.want[static_cast<std::size_t>(bars - columns_.begin())] +=
                widths.room - widths.wanted();
    }

    /// Before any text is cut.
    void narrow_bars(Widths& widths) const {
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (columns_[i].shape == Shape::bar)
                widths.want[i] -=
                    std::clamp(widths.wanted() - widths.room, 0, widths.want[i] - widths.floor[i]);
    }

    /// As wide as the cells and titles want, or shrunk until the line fits: the widest give way
    /// first, none below what can be read, numbers and dates not at all; a column without values
    /// keeps three.
    std::vector<int> fitted() const {
        Widths widths = natural_widths();
        if (widths.wanted() <= widths.room) {
            widen_bars(widths);
            return widths.want;
        }
        narrow_bars(widths);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (natural_[i] == 0)
                widths.want[i] = widths.floor[i];
        if (style_.drops)
            drop_columns(widths);
        int cap = 0;
        while (cap < widths.most && widths.total(cap + 1) <= widths.room)
            ++cap;
        int left = widths.room - widths.total(cap);
        std::vector<int> out(columns_.size(), dropped);
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (widths.floor[i] == dropped)
                continue;
            out[i] = widths.capped(i, cap);
            if (left > 0 && out[i] < widths.want[i]) {
                ++out[i];
                --left;
            }
        }
        return out;
    }

    void header(const std::vector<int>& widths) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (widths[i] == dropped)
                continue;
            const std::string title = text::visible(columns_[i].title);
            if (style_.colour) {
                if (i)
                    sink_.text.append(gap, ' ');
                sink_.text += "\x1b[1;4m";
                padded(title, text::width(title), right(i), widths[i], true);
                sink_.text += "\x1b[0m";
            } else {
                put(title, text::width(title), i, widths[i]);
            }
        }
        if (std::ranges::find(widths, dropped) != widths.end())
            sink_.text += " …";
        line_end();
    }

    void put(std::string_view s, int width, std::size_t column, int room) {
        if (room == dropped)
            return;
        if (column)
            sink_.text.append(gap, ' ');
        std::string drawn;
        if (columns_[column].shape == Shape::bar && !s.empty() && s != columns_[column].title) {
            drawn =
                bar(std::strtod(std::string(s).c_str(), nullptr), room, least_bar_, style_.utf8);
            s = drawn;
            width = text::width(drawn);
        }
        padded(s, width, right(column), room, column + 1 < columns_.size());
    }

    void padded(std::string_view s, int width, bool to_right, int room, bool fill) {
        std::string cut;
        if (width > room) {
            cut = text::clipped(s, room);
            s = cut;
            width = text::width(cut);
        }
        const auto blanks = static_cast<std::size_t>(std::max(room - width, 0));
        if (to_right)
            sink_.text.append(blanks, ' ');
        sink_.text += s;
        if (!to_right && fill)
            sink_.text.append(blanks, ' ');
    }

    void line_end() {
        if (!style_.colour)
            while (sink_.text.ends_with(' '))
                sink_.text.pop_back();
        sink_.text += '\n';
        sink_.row();
    }

    std::span<const Column> columns_;
    const Style& style_;
    Sink& sink_;
    std::vector<int> natural_;       // the widest cell of each column
    std::vector<View::Kind> kinds_;  // text where any cell is
    std::vector<Cell> cells_;
    double least_bar_ = 0;
    std::string_view tint_;
    std::vector<std::string_view> tints_;  // of each row, where there are colours
    std::string text_;
    std::string scratch_, flat_;
};

}  // namespace

std::unique_ptr<Writer> table_writer(std::span<const Column> columns, const Style& style,
                                     Sink& sink) {
    return std::make_unique<Table>(columns, style, sink);
}

}  // namespace crm::show
