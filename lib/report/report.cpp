#include "report/report.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "report/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <span>

namespace crm::report {
namespace {

struct HeaderLine {
    std::string key, value;
    int number = 0;
};

struct ParsedFile {
    std::vector<HeaderLine> header;
    std::string sql;
    int sql_line = 1;
};

[[noreturn]] void wrong_report(std::string_view file, int line, std::string_view what,
                               std::string hint = {}) {
    throw Error(Fault::usage, "bad_report", fmt::format("{}:{}: {}", file, line, what),
                std::move(hint));
}

/// A word of the file, as errors show it.
std::string shown(std::string_view word) {
    return text::visible(text::clipped(word, 40));
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

ParsedFile parse_file(std::string_view text, std::string_view file) {
    constexpr std::string_view mark_of_order = "\xEF\xBB\xBF";
    if (text.starts_with(mark_of_order))
        text.remove_prefix(mark_of_order.size());
    if (!text::valid(text))
        wrong_report(file, 1, "the file is not UTF-8");
    ParsedFile out;
    int number = 0;
    while (text.starts_with("--")) {
        const std::string_view line = take_line(text).substr(2);
        ++number;
        if (line.starts_with("  ") && !out.header.empty()) {
            out.header.back().value.append(" ").append(text::trimmed(line));
            continue;
        }
        if (text::trimmed(line).empty())
            continue;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            wrong_report(file, number, fmt::format("'{}' is not -- key: value", shown(line)),
                         "other comments stand below SELECT");
        out.header.push_back({std::string(text::trimmed(line.substr(0, colon))),
                              std::string(text::trimmed(line.substr(colon + 1))), number});
    }
    const std::string_view sql = text::trimmed(text);
    const auto before = static_cast<std::size_t>(sql.data() - text.data());
    out.sql_line = number + 1 + (sql.empty() ? 0 : line_breaks(text.substr(0, before)));
    out.sql = sql;
    while (out.sql.ends_with(';') || out.sql.ends_with('\n') || out.sql.ends_with(' '))
        out.sql.pop_back();
    std::erase(out.sql, '\r');
    return out;
}

std::vector<std::string> read_list(std::string_view text, char separator = ',') {
    std::vector<std::string> out;
    for (const std::string_view item : text::split(text, separator))
        out.emplace_back(text::trimmed(item));
    return out;
}

/// The words of one line of the header.
class WordReader {
public:
    explicit WordReader(std::string_view text) : text_(text) {}

    /// Up to the next blank.
    std::string word() { return take(std::min(text_.find_first_of(" \t"), text_.size())); }
    /// The same, but what is in parentheses may have blanks: money(amount_minor, currency).
    std::string type() {
        const std::size_t end = std::min(text_.find_first_of(" \t"), text_.size());
        const std::size_t open = text_.find('(');
        if (open > end)
            return take(end);
        const std::size_t close = text_.find(')', open);
        return take(close == std::string_view::npos ? end : close + 1);
    }
    bool skip(char c) {
        if (!text_.starts_with(c))
            return false;
        text_ = text::trimmed(text_.substr(1));
        return true;
    }
    /// A text in double quotes; nothing where none follows, or it does not end.
    std::optional<std::string> quoted() {
        const std::size_t end = text_.starts_with('"') ? text_.find('"', 1) : std::string::npos;
        if (end == std::string_view::npos)
            return {};
        std::string out(text_.substr(1, end - 1));
        take(end + 1);
        return out;
    }
    std::string rest() const { return std::string(text_); }

private:
    std::string take(std::size_t end) {
        std::string out(text_.substr(0, end));
        text_ = text::trimmed(text_.substr(end));
        return out;
    }

    std::string_view text_;
};

/// What is in the parentheses of a type: number(2), choice(a|b).
std::optional<std::string_view> inside(std::string_view type, std::string_view name) {
    if (!type.starts_with(name) || !type.substr(name.size()).starts_with('(') ||
        !type.ends_with(')'))
        return {};
    return type.substr(name.size() + 1, type.size() - name.size() - 2);
}

constexpr std::pair<std::string_view, ColumnType> column_types[] = {
    {"text", ColumnType::text},       {"date", ColumnType::date},
    {"instant", ColumnType::instant}, {"month", ColumnType::month},
    {"boolean", ColumnType::boolean}, {"duration", ColumnType::duration},
    {"integer", ColumnType::integer}, {"share", ColumnType::share},
    {"percent", ColumnType::percent}, {"days", ColumnType::days},
    {"number", ColumnType::number},   {"money", ColumnType::money},
};

constexpr std::pair<std::string_view, Parameter::Type> parameter_types[] = {
    {"text", Parameter::Type::text},       {"integer", Parameter::Type::integer},
    {"number", Parameter::Type::number},   {"percent", Parameter::Type::percent},
    {"boolean", Parameter::Type::boolean}, {"choice", Parameter::Type::choice},
    {"date", Parameter::Type::date},       {"period", Parameter::Type::period},
    {"money", Parameter::Type::money},
};

template <class Table>
auto type_named(const Table& table, std::string_view name) {
    const auto* found = std::ranges::find_if(table, [&](const auto& t) { return t.first == name; });
    return found == std::end(table) ? nullptr : &found->second;
}

bool is_name(std::string_view word) {
    return !word.empty() && ((word[0] >= 'a' && word[0] <= 'z') || word[0] == '_') &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == word.npos;
}

class ReportReader {
public:
    ReportReader(std::string_view text, std::string_view file, bool own)
        : file_(file), own_(own), parsed_(parse_file(text, file)) {}

    Report read() {
        if (own_)
            out_.path = file_;
        for (const HeaderLine& line : parsed_.header)
            read_line(line);
        out_.sql = std::move(parsed_.sql);
        out_.sql_line = parsed_.sql_line;
        if (out_.name.empty())
            wrong_report(file_, 1, "the header does not say -- report: NAME",
                         fmt::format("-- report: {}", stem()));
        if (out_.sql.empty())
            wrong_report(file_, out_.sql_line, "there is no SELECT below the header");
        for (const std::string& name : out_.sums)
            if (std::ranges::find(out_.columns, name, &Column::name) == out_.columns.end())
                wrong_report(file_, out_.lines["sums"],
                             fmt::format("'{}' is not a column", shown(name)));
        return std::move(out_);
    }

private:
    std::string stem() const {
        const std::string_view name = file_.substr(file_.rfind('/') + 1);
        return std::string(name.substr(0, name.rfind('.')));
    }

    void read_line(const HeaderLine& line) {
        const auto& [key, value, number] = line;
        if (key != "param" && key != "column" && !out_.lines.emplace(key, number).second)
            wrong_report(file_, number, fmt::format("'{}' is given twice", shown(key)));
        if (key == "param")
            return read_parameter(line);
        if (key == "column")
            return read_column(line);
        if (key == "chart")
            return read_chart(line);
        const std::pair<std::string_view, std::string*> texts[] = {
            {"report", &out_.name}, {"title", &out_.title}, {"help", &out_.help},
            {"noun", &out_.noun},   {"query", &out_.query}, {"period", &out_.period},
            {"by", &out_.by},
        };
        if (std::string* const* text = type_named(texts, key)) {
            **text = value;
            return key == "report" ? check_name(line) : void();
        }
        if (own_ || !read_line_of_program(line))
            unknown_key(line);
    }

    void check_name(const HeaderLine& line) const {
        const std::string& name = out_.name;
        const bool valid =
            !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
        if (!valid)
            wrong_report(file_, line.number,
                         fmt::format("'{}' is not a name of a report", shown(name)),
                         "small letters, digits and hyphens, beginning with a letter");
    }

    /// Keys that users do not have.
    bool read_line_of_program(const HeaderLine& line) {
        const auto& [key, value, number] = line;
        const std::pair<std::string_view, std::string*> texts[] = {
            {"value", &out_.value}, {"missing", &out_.missing}, {"unrecorded", &out_.unrecorded},
            {"note", &out_.note},   {"always", &out_.always},
        };
        if (std::string* const* text = type_named(texts, key))
            **text = value;
        else if (key == "group")
            read_pair(line, out_.group_name, out_.group_sql);
        else if (key == "group-id")
            read_pair(line, out_.group_noun, out_.group_id);
        else if (key == "sums")
            out_.sums = read_list(value, ' ');
        else if (key == "days")
            read_days(line);
        else if (key == "basis")
            out_.basis = read_list(value);
        else
            return false;
        return true;
    }

    [[noreturn]] void unknown_key(const HeaderLine& line) const {
        static const std::vector<std::string> keys = {
            "report", "title", "help", "noun", "query", "period", "by", "param", "column", "chart"};
        Error e(Fault::usage, "bad_report",
                fmt::format("{}:{}: '{}' is not a key of a report", file_, line.number,
                            shown(line.key)));
        suggest_values(e, line.key, keys);
        throw e;
    }

    /// NAME TYPE [= DEFAULT | ?] meaning
    void read_parameter(const HeaderLine& line) {
        WordReader words(line.value);
        Parameter out;
        out.line = line.number;
        out.name = words.word();
        if (!is_name(out.name))
            wrong_report(file_, line.number,
                         fmt::format("'{}' is not a name of a parameter", shown(out.name)),
                         "-- param: NAME TYPE [= DEFAULT | ?] meaning");
        if (out.name == "today" || out.name == "now" || out.name == "me")
            wrong_report(file_, line.number,
                         fmt::format(":{} is there without a parameter", out.name));
        if (std::ranges::find(out_.parameters, out.name, &Parameter::name) != out_.parameters.end())
            wrong_report(file_, line.number,
                         fmt::format("parameter '{}' is given twice", out.name));
        out.type_text = words.type();
        read_type(out, line);
        if (words.skip('?'))
            out.optional = true;
        else if (words.skip('=')) {
            const auto text = words.quoted();
            out.fallback = text ? *text : words.word();
        }
        out.help = words.rest();
        out_.parameters.push_back(std::move(out));
    }

    void read_type(Parameter& out, const HeaderLine& line) const {
        if (const auto words = inside(out.type_text, "choice")) {
            out.type = Parameter::Type::choice;
            out.words = read_list(*words, '|');
        } else if (const auto* type = type_named(parameter_types, out.type_text)) {
            out.type = *type;
        } else {
            out.type = Parameter::Type::record;  // check_names knows the nouns
            out.noun = out.type_text;
        }
        const bool is_empty_choice =
            out.type == Parameter::Type::choice &&
            (out.words.empty() || std::ranges::find(out.words, "") != out.words.end());
        if (out.type_text.empty() || is_empty_choice)
            wrong_report(
                file_, line.number,
                fmt::format("parameter '{}' has no valid type", shown(out.name)),
                "text, integer, number, percent, boolean, choice(a|b), date, period, money or a "
                "noun");
    }

    /// NAME TYPE ["Title"] meaning
    void read_column(const HeaderLine& line) {
        WordReader words(line.value);
        FileColumn out;
        out.line = line.number;
        out.name = words.word();
        out.type_text = words.type();
        if (out.name.empty() || out.type_text.empty())
            wrong_report(file_, line.number, "a column needs a name and a type",
                         "-- column: NAME TYPE [\"Title\"]");
        if (std::ranges::find(out_.columns, out.name, &Column::name) != out_.columns.end())
            wrong_report(file_, line.number,
                         fmt::format("column '{}' is given twice", shown(out.name)));
        if (const auto digits = inside(out.type_text, "number")) {
            out.type = ColumnType::number;
            const auto [end, fault] =
                std::from_chars(digits->data(), digits->data() + digits->size(), out.digits);
            if (fault != std::errc() || end != digits->data() + digits->size() || out.digits < 0 ||
                out.digits > 9)
                wrong_report(file_, line.number,
                             fmt::format("'{}' is not a type", shown(out.type_text)),
                             "number(0) to (9)");
        } else if (const auto parts = inside(out.type_text, "money")) {
            read_money_parts(out, *parts);
        } else if (const auto* type = type_named(column_types, out.type_text)) {
            out.type = *type;
            if (*type == ColumnType::money || *type == ColumnType::number)
                wrong_report(file_, line.number,
                             fmt::format("the type {} needs its parts", out.type_text),
                             "number(2), money(amount_minor, currency)");
        } else {
            out.type = ColumnType::link;  // check_names knows the nouns
            out.noun = out.type_text;
        }
        if (const auto title = words.quoted())
            out.title = *title;
        out.help = words.rest();
        out_.columns.push_back(std::move(out));
    }

    void read_money_parts(FileColumn& out, std::string_view text) const {
        const std::vector<std::string> parts = read_list(text);
        if (parts.size() != 2 || parts[0].empty() || parts[1].empty())
            wrong_report(file_, out.line, fmt::format("'{}' is not a type", shown(out.type_text)),
                         "money(MINOR, CURRENCY), two columns of the SELECT");
        out.type = ColumnType::money;
        out.minor = parts[0];
        out.currency_column = parts[1];
    }

    /// [KIND] COLUMN
    void read_chart(const HeaderLine& line) {
        std::vector<std::string> words;
        for (const std::string_view word : text::split(std::string_view(line.value), ' '))
            if (!word.empty())
                words.emplace_back(word);
        static const std::vector<std::string> kinds = {"bar", "column", "line", "none"};
        const auto is_kind = [&](const std::string& word) {
            return std::ranges::find(kinds, word) != kinds.end();
        };
        if (!words.empty() && is_kind(words[0])) {
            out_.chart = words[0];
            words.erase(words.begin());
        }
        if (words.size() > 1) {
            Error e(Fault::usage, "bad_report",
                    fmt::format("{}:{}: '{}' is not a kind of chart", file_, line.number,
                                shown(words[0])));
            suggest_values(e, words[0], kinds);
            throw e;
        }
        if (words.empty())
            return;
        const auto column = std::ranges::find(out_.columns, words[0], &Column::name);
        if (column == out_.columns.end())
            wrong_report(file_, line.number,
                         fmt::format("'{}' is not a column before it", shown(words[0])),
                         "-- chart: bar COLUMN, below -- column: COLUMN TYPE");
        column->charted = true;
    }

    /// NAME = SQL
    void read_pair(const HeaderLine& line, std::string& name, std::string& sql) const {
        const std::size_t equals = line.value.find('=');
        if (equals == std::string_view::npos)
            wrong_report(file_, line.number,
                         fmt::format("'{}' is not NAME = SQL", shown(line.value)));
        const std::string_view text = line.value;
        name = text::trimmed(text.substr(0, equals));
        sql = text::trimmed(text.substr(equals + 1));
    }

    void read_days(const HeaderLine& line) {
        const std::vector<std::string> days = read_list(line.value);
        if (days.size() != 2)
            wrong_report(file_, line.number, "days are FIRST, LAST");
        out_.first_day = days[0];
        out_.last_day = days[1];
    }

    std::string_view file_;
    bool own_;
    ParsedFile parsed_;
    Report out_;
};

/// The types and the nouns that may stand in their place.
template <class Table>
std::vector<std::string> words_of(const Table& table, const meta::Model& model) {
    std::vector<std::string> out;
    for (const auto& [name, type] : table)
        out.emplace_back(name);
    for (const meta::Entity& entity : model.entities())
        out.emplace_back(entity.noun);
    return out;
}

Error unknown_word(const Report& report, int line, std::string_view word, std::string_view what,
                   const std::vector<std::string>& known) {
    Error e = report.fault_at(line, fmt::format("'{}' is not {}", shown(word), what));
    suggest(e, word, known, fmt::format("valid are {}", text::joined(known, ", ")));
    return e;
}

void check_noun(const Report& report, const meta::Model& model) {
    if (report.noun.empty()) {
        for (const std::string_view key : {"query", "period", "by"})
            if (report.lines.contains(std::string(key)))
                throw report.fault_at(key, fmt::format("{} requires noun", key),
                                      "-- noun: deal, and FROM v_deal t");
        return;
    }
    const meta::Entity* entity = model.find(report.noun);
    if (entity == nullptr || entity->noun != report.noun) {
        std::vector<std::string> nouns;
        for (const meta::Entity& known : model.entities())
            nouns.emplace_back(known.noun);
        throw unknown_word(report, report.lines.at("noun"), report.noun, "a noun", nouns);
    }
    if (report.period.empty() || !report.first_day.empty())
        return;
    const meta::FieldInfo* field = entity->find(report.period);
    if (field == nullptr)
        throw unknown_word(report, report.lines.at("period"), report.period,
                           fmt::format("a field of {}", entity->noun), entity->field_names());
    if (field->type() != meta::Type::date && field->type() != meta::Type::instant)
        throw report.fault_at("period", fmt::format("{} is not a date", report.period));
}

}  // namespace

bool Report::has_money() const {
    return std::ranges::any_of(columns,
                               [](const Column& c) { return c.type == ColumnType::money; });
}

Error Report::fault_at(int line, std::string_view what, std::string hint) const {
    return Error(Fault::usage, "bad_report",
                 fmt::format("{}:{}: {}", path.empty() ? name + ".sql" : path, line, what),
                 std::move(hint));
}

Error Report::fault_at(std::string_view key, std::string_view what, std::string hint) const {
    const auto line = lines.find(std::string(key));
    return fault_at(line == lines.end() ? sql_line : line->second, what, std::move(hint));
}

Report read_report(std::string_view text, std::string_view file) {
    return ReportReader(text, file, false).read();
}

Report read_own_report(std::string_view text, const std::string& path) {
    return ReportReader(text, path, true).read();
}

Method read_method(std::string_view text, std::string_view file) {
    Method out;
    ParsedFile parsed = parse_file(text, file);
    for (auto& [key, value, number] : parsed.header) {
        if (key == "method")
            out.name = value;
        else if (key == "help")
            out.help = value;
        else if (key == "reports")
            out.reports = read_list(value);
        else if (key == "weighted")
            out.weighted = value;
        else
            wrong_report(file, number, fmt::format("'{}' is not a key of a method", key));
    }
    out.joins = std::move(parsed.sql);
    return out;
}

void check_names(const Report& report, const meta::Model& model) {
    check_noun(report, model);
    const auto is_noun = [&](const std::string& noun) {
        const meta::Entity* entity = model.find(noun);
        return entity != nullptr && entity->noun == noun;
    };
    for (const Parameter& parameter : report.parameters)
        if (parameter.type == Parameter::Type::record && !is_noun(parameter.noun))
            throw unknown_word(report, parameter.line, parameter.type_text, "a type",
                               words_of(parameter_types, model));
    for (const FileColumn& column : report.columns)
        if (column.type == ColumnType::link && !is_noun(column.noun))
            throw unknown_word(report, column.line, column.type_text, "a type",
                               words_of(column_types, model));
}

void chart_order(const Report& report, Result& out) {
    if (std::ranges::any_of(out.columns, &Column::charted))
        return;
    const std::string name = first_of_order(report.sql);
    const auto declared = std::ranges::find(report.columns, name, &FileColumn::minor);
    const std::size_t at = out.place_of(declared == report.columns.end() ? name : declared->name);
    if (!name.empty() && at < out.columns.size() && out.columns[at].numeric())
        out.columns[at].charted = true;
}

}  // namespace crm::report
