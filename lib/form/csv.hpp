#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Comma-separated values, RFC 4180 and what programs make of it.
namespace crm::form {

/// A row longer than this, line ends within quotes included, is refused.
inline constexpr std::size_t csv_row_limit = std::size_t{1} << 20;

/// A table may have so many columns.
inline constexpr std::size_t csv_column_limit = 5000;

/// Reads rows out of a whole file in UTF-8. Lines end in LF, CRLF or CR, also mixed; the last needs
/// no end. A quoted cell may hold delimiters, line ends and doubled quotes; blanks around the
/// quotes are dropped. Empty lines are passed over. Linear in the size of the file whatever is in
/// it.
class CsvReader {
public:
    enum class Step {
        row,
        trouble,  ///< the row cannot be read: `why`; reading goes on after it
        end,
    };

    /// Begins at byte `from` of `bytes`, which is the beginning of line `line`. `bytes` must
    /// outlive the reader.
    explicit CsvReader(std::string_view bytes, char delimiter = ',', std::size_t from = 0,
                       long line = 1);

    Step next();
    std::span<const std::string_view> cells() const {
        return cells_;
    }                                    ///< of the row; valid until `next`
    long line() const { return line_; }  ///< where the row or the trouble begins, from 1
    std::string_view raw() const {
        return raw_;
    }  ///< the row as it is in the file, without its line end; empty when over the limit
    const std::string& why() const { return why_; }
    std::size_t begin() const {
        return static_cast<std::size_t>(begin_ - bytes_.data());
    }  ///< first byte of the row
    std::size_t read() const {
        return static_cast<std::size_t>(at_ - bytes_.data());
    }  ///< bytes read so far

private:
    Step record();
    Step skipped(const char* from, std::string why);
    bool quoted(const char* open, const char* stop, Step& trouble);
    void line_end();
    void keep(const char* from, const char* to);

    std::string_view bytes_;
    const char* at_;
    const char* end_;
    const char* begin_;
    long line_;
    long next_line_;
    std::array<bool, 256> special_{};  ///< bytes that end a cell: the delimiter, CR, LF
    std::vector<std::string_view> cells_;
    std::unique_ptr<char[]> unquoted_;  ///< cells of the row that had doubled quotes
    std::size_t unquoted_size_ = 0;
    std::string_view raw_;
    std::string why_;
};

struct CsvStyle {
    char delimiter = ',';
    bool spreadsheet_safe =
        false;  ///< text that a spreadsheet would take for a formula gets a ' before it
};

/// Appends one cell, quoted where it must be. `text` is false for cells that are numbers or dates
/// by their type.
void csv_cell(std::string_view cell, bool text, const CsvStyle& style, std::string& out);

/// Whether a spreadsheet would run the text: = @ TAB CR LF or a sign at its beginning, also in full
/// width or behind a byte order mark; a number or a plain phone number is not run.
bool formula(std::string_view cell);
/// The cell without the ' that `csv_cell` put before it.
inline std::string_view unprefixed(std::string_view cell) {
    if (cell.size() < 2 || cell[0] != '\'')
        return cell;
    const auto rest = cell.find_first_not_of('\'');
    return rest != std::string_view::npos && formula(cell.substr(rest)) ? cell.substr(1) : cell;
}

}  // namespace crm::form
