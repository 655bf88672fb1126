#include "base/money.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "show/lines.hpp"

#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <map>
#include <unistd.h>

/// Excel workbooks (ECMA-376) by libxlsxwriter, which is loaded when one is written: no other
/// command pays for it.
namespace crm::show {
namespace {

constexpr std::size_t longest = 32767;  // characters of a cell

class Library {
public:
    Library() : handle_(::dlopen("libxlsxwriter.so.4", RTLD_NOW | RTLD_LOCAL)) {
        if (handle_ == nullptr)
            throw Error(Fault::io, "no_library",
                        "a workbook requires libxlsxwriter, which is not installed",
                        "apt install libxlsxwriter4, or -o csv");
    }
    Library(const Library&) = delete;

    template <class F>
    F* get(F*, const char* name) const {
        void* found = ::dlsym(handle_, name);
        if (found == nullptr)
            throw Error(Fault::io, "no_library", std::string("libxlsxwriter has no ") + name);
        return reinterpret_cast<F*>(found);
    }

private:
    void* handle_;  // stays until the program ends
};

#define CRM_XLSX(name) \
    decltype(&::name) name = library.get(static_cast<decltype(&::name)>(nullptr), #name)

class Xlsx final : public Writer {
public:
    Xlsx(std::span<const Column> columns, const Style& style, Sink& sink)
        : columns_(columns), style_(style), sink_(sink), widths_(columns.size()) {
        path_ = style_.temporary_folder + "/crm-xlsx-XXXXXX";
        fd_ = ::mkostemp(path_.data(), O_CLOEXEC);
        if (fd_ < 0)
            throw Error(Fault::io, "create",
                        "a file in " + style_.temporary_folder +
                            " cannot be created: " + std::strerror(errno));
        lxw_workbook_options options{};
        options.constant_memory = LXW_TRUE;
        book_ = workbook_new_opt(path_.c_str(), &options);
        sheet_ = workbook_add_worksheet(book_, nullptr);
        bold_ = format(nullptr);
        format_set_bold(bold_);
        day_ = format("yyyy-mm-dd");
        moment_ = format("yyyy-mm-dd hh:mm");
        headed_ = style.header.value_or(true);
        if (!headed_)
            return;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            write(i, columns_[i].title, bold_);
        ++row_;
    }

    ~Xlsx() override {
        if (!closed_)
            workbook_close(book_);
        ::close(fd_);
        ::unlink(path_.c_str());
    }

    void row(std::span<const Cells> values) override {
        if (row_ >= LXW_ROW_MAX)
            throw Error(Fault::refused, "too_many_rows", "a worksheet has at most 1048576 rows",
                        "-o csv has no limit");
        for (std::size_t i = 0; i < columns_.size(); ++i)
            cell(i, values[i]);
        ++row_;
    }

    void end() override {
        for (std::size_t i = 0; i < columns_.size(); ++i)
            worksheet_set_column(sheet_, column(i), column(i), std::clamp(widths_[i] + 2, 6, 60),
                                 nullptr);
        if (headed_)
            worksheet_freeze_panes(sheet_, 1, 0);
        if (headed_ && row_ > 1 && !columns_.empty())
            worksheet_autofilter(sheet_, 0, 0, row_ - 1, column(columns_.size() - 1));
        closed_ = true;
        if (workbook_close(book_) != LXW_NO_ERROR)
            throw Error(Fault::io, "unwritable", path_ + " cannot be written");
        const int in = ::open(path_.c_str(),
                              O_RDONLY | O_CLOEXEC);  // the library has written to it by its name
        if (in < 0)
            throw Error(Fault::io, "unreadable",
                        path_ + " cannot be read: " + std::strerror(errno));
        char buffer[1 << 16];
        for (ssize_t n; (n = ::read(in, buffer, sizeof buffer)) > 0;) {
            sink_.text.append(buffer, static_cast<std::size_t>(n));
            sink_.row();
        }
        ::close(in);
        sink_.flush();
    }

private:
    static lxw_col_t column(std::size_t i) { return static_cast<lxw_col_t>(i); }

    lxw_format* format(const char* number) {
        lxw_format* made = workbook_add_format(book_);
        if (number != nullptr)
            format_set_num_format(made, number);
        return made;
    }

    void write(std::size_t i, std::string_view s, lxw_format* how = nullptr) {
        widths_[i] = std::max(widths_[i], text::width(s.substr(0, 200)));
        std::string kept(s);
        // A cell holds no more characters than that.
        std::size_t characters = 0;
        for (std::size_t at = 0; kept.size() > longest && at < kept.size(); ++at)
            if ((kept[at] & 0xC0) != 0x80 && ++characters == longest)
                kept = kept.substr(0, at) + "…";
        worksheet_write_string(sheet_, row_, column(i), kept.c_str(), how);
    }

    void number(std::size_t i, double value, int width, lxw_format* how = nullptr) {
        widths_[i] = std::max(widths_[i], width);
        worksheet_write_number(sheet_, row_, column(i), value, how);
    }

    lxw_format* money(std::string_view currency) {
        auto [it, fresh] = money_.try_emplace(std::string(currency));
        if (fresh) {
            const int digits = minor_digits(currency);
            it->second =
                format(("#,##0" +
                        (digits > 0 ? "." + std::string(static_cast<std::size_t>(digits), '0')
                                    : std::string()) +
                        " \"" + std::string(currency) + "\"")
                           .c_str());
        }
        return it->second;
    }

    /// Whether a number with a fraction keeps all digits of an amount.
    static bool fits_double(std::string_view amount) {
        return std::ranges::count_if(amount, [](char c) { return c >= '0' && c <= '9'; }) <= 15;
    }

    void cell(std::size_t i, Cells cells) {
        const meta::FieldInfo* field = columns_[i].field;
        if (cells.empty() || (cells.size() == 1 && cells[0].null()))
            return;
        if (field == nullptr) {
            // What a double cannot hold, Inf or a number of more than fifteen digits, is kept as
            // its text.
            if (cells[0].kind == View::Kind::integer &&
                std::abs(static_cast<double>(cells[0].number)) < 1e15)
                return number(i, static_cast<double>(cells[0].number), 8);
            const bool decimal = cells[0].kind == View::Kind::decimal ||
                                 columns_[i].shape == Shape::number ||
                                 (columns_[i].shape == Shape::money && fits_double(cells[0].text));
            if (const double value = decimal && !cells[0].text.empty()
                                         ? std::strtod(std::string(cells[0].text).c_str(), nullptr)
                                         : HUGE_VAL;
                std::isfinite(value))
                return number(i, value, 8);
        } else if (!field->is(meta::many) && !cells[0].null()) {
            using meta::Type;
            switch (field->type()) {
                case Type::integer:
                case Type::percent:
                    return number(i, std::strtod(meta::text(*field, cells).c_str(), nullptr), 6);
                case Type::boolean:
                    worksheet_write_boolean(sheet_, row_, column(i),
                                            static_cast<int>(cells[0].number), nullptr);
                    return;
                case Type::money:
                    if (std::abs(static_cast<double>(cells[0].number)) >= 1e15)
                        break;
                    return number(
                        i, std::strtod(money_text(cells[0].number, cells[1].text).c_str(), nullptr),
                        14, money(cells[1].text));
                case Type::date:
                    if (const auto date = iso_date(cells[0].text))
                        return moment(i, date->iso(), day_);
                    break;
                case Type::instant:
                    if (const auto at = iso_instant(cells[0].text))
                        return moment(
                            i, style_.clock != nullptr ? style_.clock->local(*at) : at->iso(),
                            moment_);
                    break;
                default:
                    break;
            }
        }
        Style plain_style = style_;
        plain_style.person = false;
        write(i, raw_text(columns_[i], cells, plain_style, scratch_));
    }

    /// The wall time of an ISO text: a workbook knows no zones.
    void moment(std::size_t i, const std::string& iso, lxw_format* how) {
        lxw_datetime at{};
        double seconds = 0;
        const int read = std::sscanf(iso.c_str(), "%d-%d-%dT%d:%d:%lf", &at.year, &at.month,
                                     &at.day, &at.hour, &at.min, &seconds);
        at.sec = seconds;
        if (read < 3 || at.year < 1900 || at.year > 9999)
            return write(i, iso);  // before its calendar begins
        widths_[i] = std::max(widths_[i], how == day_ ? 10 : 16);
        worksheet_write_datetime(sheet_, row_, column(i), &at, how);
    }

    const Library library{};
    CRM_XLSX(workbook_new_opt);
    CRM_XLSX(workbook_add_worksheet);
    CRM_XLSX(workbook_add_format);
    CRM_XLSX(workbook_close);
    CRM_XLSX(format_set_bold);
    CRM_XLSX(format_set_num_format);
    CRM_XLSX(worksheet_write_string);
    CRM_XLSX(worksheet_write_number);
    CRM_XLSX(worksheet_write_boolean);
    CRM_XLSX(worksheet_write_datetime);
    CRM_XLSX(worksheet_set_column);
    CRM_XLSX(worksheet_freeze_panes);
    CRM_XLSX(worksheet_autofilter);

    std::span<const Column> columns_;
    const Style& style_;
    Sink& sink_;
    std::vector<int> widths_;
    std::map<std::string, lxw_format*, std::less<>> money_;
    std::string path_, scratch_;
    int fd_ = -1;
    bool closed_ = false, headed_ = true;
    lxw_row_t row_ = 0;
    lxw_workbook* book_ = nullptr;
    lxw_worksheet* sheet_ = nullptr;
    lxw_format *bold_ = nullptr, *day_ = nullptr, *moment_ = nullptr;
};

}  // namespace

std::unique_ptr<Writer> xlsx_writer(std::span<const Column> columns, const Style& style,
                                    Sink& sink) {
    return std::make_unique<Xlsx>(columns, style, sink);
}

}  // namespace crm::show
