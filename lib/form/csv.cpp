#include "form/csv.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace crm::form {
namespace {

constexpr bool ends_line(char c) {
    return c == '\n' || c == '\r';
}

long lines_in(const char* from, const char* to) {
    long lines = 0;
    for (const char* p = from; p < to; ++p)
        if (*p == '\n' || (*p == '\r' && (p + 1 == to || p[1] != '\n')))
            ++lines;
    return lines;
}

}  // namespace

CsvReader::CsvReader(std::string_view bytes, char delimiter, std::size_t from, long line)
    : bytes_(bytes),
      at_(bytes.data() + from),
      end_(bytes.data() + bytes.size()),
      begin_(at_),
      line_(line),
      next_line_(line) {
    for (const char c : {delimiter, '\n', '\r'})
        special_[static_cast<unsigned char>(c)] = true;
    if (from == 0 && bytes.starts_with("\xEF\xBB\xBF"))
        at_ += 3;
}

CsvReader::Step CsvReader::next() {
    while (at_ < end_) {
        const Step step = record();
        if (step == Step::trouble || !raw_.empty())
            return step;
    }
    return Step::end;
}

CsvReader::Step CsvReader::record() {
    begin_ = at_;
    line_ = next_line_;
    raw_ = {};
    cells_.clear();
    unquoted_size_ = 0;
    const char* stop = begin_ + std::min(csv_row_limit, static_cast<std::size_t>(end_ - begin_));
    for (;;) {
        const char* p = at_;
        while (p < stop && *p == ' ')
            ++p;
        if (p < stop && *p == '"') {
            Step trouble;
            if (!quoted(p + 1, stop, trouble))
                return trouble;
        } else {
            while (p < stop && !special_[static_cast<unsigned char>(*p)])
                ++p;
            cells_.emplace_back(at_, static_cast<std::size_t>(p - at_));
            at_ = p;
        }
        if (at_ >= stop && stop < end_)
            return skipped(at_, "the row is longer than 1 MiB");
        if (at_ == end_ || ends_line(*at_))
            break;
        ++at_;
    }
    raw_ = {begin_, static_cast<std::size_t>(at_ - begin_)};
    line_end();
    return Step::row;
}

/// Reads the cell whose first byte is `open`, up to what ends it.
bool CsvReader::quoted(const char* open, const char* stop, Step& trouble) {
    const std::size_t mark = unquoted_size_;
    const char* piece = open;
    for (const char* p = open;;) {
        const auto* quote =
            p < stop
                ? static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(stop - p)))
                : nullptr;
        if (quote == nullptr) {
            const auto opened = next_line_;
            trouble = skipped(
                open, stop == end_
                          ? fmt::format("the quote opened in line {} is never closed", opened)
                          : fmt::format("the quote opened in line {} is not closed within 1 MiB",
                                        opened));
            return false;
        }
        if (quote + 1 < stop && quote[1] == '"') {
            keep(piece, quote + 1);
            piece = p = quote + 2;
            continue;
        }
        if (piece == open) {
            cells_.emplace_back(open, static_cast<std::size_t>(quote - open));
        } else {
            keep(piece, quote);
            cells_.emplace_back(unquoted_.get() + mark, unquoted_size_ - mark);
        }
        const auto opened = next_line_;
        next_line_ += lines_in(open, quote);
        p = quote + 1;
        while (p < end_ && is_blank(*p) && !special_[static_cast<unsigned char>(*p)])
            ++p;
        at_ = p;
        if (p == end_ || p >= stop || special_[static_cast<unsigned char>(*p)])
            return true;
        trouble = skipped(
            p, opened == next_line_
                   ? std::string("text after a closing quote (write a quote within quotes twice)")
                   : fmt::format(
                         "the quote opened in line {} is closed in line {}, with text after it",
                         opened, next_line_));
        return false;
    }
}

/// Goes on behind the line that `from` is in.
CsvReader::Step CsvReader::skipped(const char* from, std::string why) {
    why_ = std::move(why);
    at_ = std::find_if(from, end_, ends_line);
    const auto size = static_cast<std::size_t>(at_ - begin_);
    if (size <= csv_row_limit)
        raw_ = {begin_, size};
    line_end();
    return Step::trouble;
}

void CsvReader::line_end() {
    if (at_ == end_)
        return;
    at_ += *at_ == '\r' && at_ + 1 < end_ && at_[1] == '\n' ? 2 : 1;
    ++next_line_;
}

void CsvReader::keep(const char* from, const char* to) {
    if (!unquoted_)
        unquoted_ = std::make_unique_for_overwrite<char[]>(csv_row_limit);
    std::memcpy(unquoted_.get() + unquoted_size_, from, static_cast<std::size_t>(to - from));
    unquoted_size_ += static_cast<std::size_t>(to - from);
}

bool formula(std::string_view cell) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";  // a byte order mark, which is not seen
    while (cell.starts_with(mark))
        cell.remove_prefix(mark.size());
    static constexpr std::string_view starts[] = {"=", "@", "\t", "\r", "\n", "＝", "＠"};
    if (std::ranges::any_of(starts, [&](auto start) { return cell.starts_with(start); }))
        return true;
    for (const std::string_view sign : {"+", "-", "＋", "－"}) {
        if (!cell.starts_with(sign))
            continue;
        const std::string_view rest = cell.substr(sign.size());
        return rest.find_first_of("0123456789") == std::string_view::npos ||
               rest.find_first_not_of("0123456789 ()./,-\xC2\xA0") != std::string_view::npos;
    }
    return false;
}

void csv_cell(std::string_view cell, bool text, const CsvStyle& style, std::string& out) {
    const auto bare = cell.find_first_not_of('\'');
    // An own ' before a formula is doubled in either style, so that reading, which takes one off,
    // gives back what was written.
    const bool prefix = text && bare != std::string_view::npos &&
                        (bare > 0 || style.spreadsheet_safe) && formula(cell.substr(bare));
    const auto special = [&](char c) { return c == style.delimiter || c == '"' || ends_line(c); };
    // A byte order mark at the beginning of a file is not text, unless it is quoted.
    const bool quote =
        !cell.empty() && (std::ranges::any_of(cell, special) || is_blank(cell.front()) ||
                          is_blank(cell.back()) || cell.starts_with("\xEF\xBB\xBF"));
    if (quote)
        out += '"';
    if (prefix)
        out += '\'';
    if (!quote) {
        out += cell;
        return;
    }
    for (std::size_t at = 0; at < cell.size();) {
        const auto next = std::min(cell.find('"', at), cell.size());
        out.append(cell, at, next - at);
        if (next < cell.size())
            out += "\"\"";
        at = next + 1;
    }
    out += '"';
}

}  // namespace crm::form
