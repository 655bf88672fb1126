#include "base/text.hpp"
#include "form/csv.hpp"
#include "form/import_cell.hpp"
#include "form/row_plan.hpp"
#include "form/vcard.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <memory>
#include <utility>

/// One row of a table becomes a draft.
namespace crm::form {
namespace {

using Source = RowPlan::Source;
using FieldPlan = RowPlan::FieldPlan;
using Kind = RowPlan::Kind;

bool is_no(std::string_view cell) {
    const std::string word = text::key(cell);
    return word == "no" || word == "false" || word == "0" || word == "n" || word == "f";
}

bool is_yes(std::string_view cell) {
    const std::string word = text::key(cell);
    return word == "yes" || word == "true" || word == "1" || word == "y" || word == "x" ||
           word == "t";
}

/// Only our form of a list has a backslash before what belongs to a value.
bool is_in_our_form(std::string_view cell) {
    const auto at = cell.find('\\');
    return at != std::string_view::npos && at + 1 < cell.size() &&
           std::string_view("\\;,()").find(cell[at + 1]) != std::string_view::npos;
}

bool same_address(const Source& a, const Source& b) {
    return a.labels == b.labels && a.label_column == b.label_column;
}

/// Without the mark of a preferred value and the quotes of a word.
std::string_view plain_item(std::string_view item, meta::Type type) {
    if (item.starts_with("* "))
        item.remove_prefix(2);
    const bool quoted = item.size() > 1 && item.front() == '"' && item.back() == '"';
    if (type == meta::Type::text && quoted)
        item = item.substr(1, item.size() - 2);
    return item;
}

/// The cells of one row, read as the fields need them.
class RowReader {
public:
    RowReader(std::span<const std::string_view> cells, std::span<const std::string> extra_starts,
              std::span<const DateColumn> dates, const std::string& system, bool foreign)
        : cells_(cells),
          extra_starts_(extra_starts),
          dates_(dates),
          system_(system),
          foreign_(foreign) {}

    std::string_view cell(std::size_t column) const {
        return column < cells_.size() ? bare(unprefixed(cells_[column])) : std::string_view();
    }
    std::string_view cell(std::optional<std::size_t> column) const {
        return column ? cell(*column) : std::string_view();
    }
    bool has_any(const FieldPlan& plan) const {
        return std::ranges::any_of(
            plan.sources, [&](const Source& source) { return !cell(source.column).empty(); });
    }

    void read(const FieldPlan& plan, Draft& draft);
    void keep_as_extra(const FieldPlan& plan) {
        for (const Source& source : plan.sources)
            keep_as_extra(source.column);
    }
    std::string take_extra() { return std::move(extra_); }

private:
    void keep_as_extra(std::size_t column);
    void append_extra(std::string_view line);
    std::string reference(std::string_view number) const;

    std::string first_text(const FieldPlan& plan);
    std::string date(const FieldPlan& plan);
    std::string birthday(const FieldPlan& plan) const;
    std::string line_item(const FieldPlan& plan) const;
    std::string references(const FieldPlan& plan) const;
    std::string list(const FieldPlan& plan) const;
    void add_items(const Source& source, meta::Type type, std::vector<meta::Item>& items) const;
    std::string address_part(const FieldPlan& plan, const Source& chosen,
                             std::string_view part) const;

    void read_text(const FieldPlan& plan, Draft& draft);
    void read_list(const FieldPlan& plan, Draft& draft) const;
    void read_address(const FieldPlan& plan, Draft& draft);
    void read_flag(const FieldPlan& plan, Draft& draft);
    void read_extra(const FieldPlan& plan);

    std::span<const std::string_view> cells_;
    std::span<const std::string> extra_starts_;
    std::span<const DateColumn> dates_;
    const std::string& system_;
    bool foreign_;
    std::string extra_;
};

void RowReader::append_extra(std::string_view line) {
    if (!extra_.empty())
        extra_ += '\n';
    extra_ += line;
}

void RowReader::keep_as_extra(std::size_t column) {
    const auto value = cell(column);
    if (!value.empty())
        append_extra(extra_starts_[column] + escaped(value));
}

std::string RowReader::reference(std::string_view number) const {
    if (number.find(':') != std::string_view::npos)
        return std::string(number);
    return system_ + ":" + std::string(number);
}

void RowReader::add_items(const Source& source, meta::Type type,
                          std::vector<meta::Item>& items) const {
    const auto value = cell(source.column);
    bool preferred = false;
    const auto labels =
        source.label_column ? labels_of(cell(*source.label_column), preferred) : source.labels;
    const bool words = type == meta::Type::text ||
                       (type == meta::Type::email && value.find('(') == std::string_view::npos);
    auto place = preferred ? items.begin() : items.end();
    for (const std::string_view item : pieces(value, words)) {
        place = items.insert(place, {std::string(plain_item(item, type)), labels});
        ++place;
    }
}

/// A list from all its columns: first what is in our form already.
std::string RowReader::list(const FieldPlan& plan) const {
    std::vector<meta::Item> items;
    std::string own;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty())
            continue;
        if (source.own || (plan.field->name() == "tags" && is_in_our_form(value))) {
            if (!own.empty())
                own += "; ";
            own += value;
        } else {
            add_items(source, plan.field->type(), items);
        }
    }
    const std::string others = meta::items_text(items);
    if (own.empty() || others.empty())
        return own + others;
    return own + "; " + others;
}

void RowReader::read_list(const FieldPlan& plan, Draft& draft) const {
    const Source& only = plan.sources.front();
    const bool is_simple = plan.sources.size() == 1 && !only.own && !only.label_column &&
                           only.labels.empty() && plan.field->mirror;
    // Usually there is one column with one address or number in each cell: no list is needed.
    if (is_simple && cell(only.column).find_first_of(",;|:") == std::string_view::npos)
        draft.set_field(std::string(plan.field->mirror->name()), std::string(cell(only.column)));
    else
        draft.set_field(plan.name, list(plan));
}

std::string RowReader::address_part(const FieldPlan& plan, const Source& chosen,
                                    std::string_view part) const {
    std::string lines;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (source.part != part || !same_address(source, chosen) || value.empty())
            continue;
        if (!lines.empty())
            lines += '\n';
        lines += value;
    }
    return lines;
}

/// The first of several addresses that has anything; the others are kept as extra properties.
void RowReader::read_address(const FieldPlan& plan, Draft& draft) {
    const auto chosen = std::ranges::find_if(
        plan.sources, [&](const Source& source) { return !cell(source.column).empty(); });
    if (chosen == plan.sources.end())
        return;
    for (const std::string_view part : meta::address_parts())
        draft.set_field(plan.name + "." + std::string(part), address_part(plan, *chosen, part));
    for (const Source& source : plan.sources)
        if (!same_address(source, *chosen))
            keep_as_extra(source.column);
    bool preferred = false;
    const auto labels =
        chosen->label_column ? labels_of(cell(*chosen->label_column), preferred) : chosen->labels;
    if (!labels.empty())
        draft.set_field(plan.name + ".type", text::joined(labels, ", "));
}

std::string RowReader::birthday(const FieldPlan& plan) const {
    std::string_view year;
    std::string_view month;
    std::string_view day;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (source.part == "year")
            year = value;
        else if (source.part == "month")
            month = value;
        else
            day = value;
    }
    return birthday_of(year, month, day);
}

/// The first cell that has anything; paragraphs are joined, other values kept as extra properties.
std::string RowReader::first_text(const FieldPlan& plan) {
    const bool is_prose = plan.field != nullptr && plan.field->type() == meta::Type::prose;
    std::string first;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty())
            continue;
        if (first.empty())
            first = value;
        else if (is_prose)
            first.append("\n").append(value);
        else if (value != first)
            keep_as_extra(source.column);
    }
    return first;
}

void RowReader::read_text(const FieldPlan& plan, Draft& draft) {
    std::string value = first_text(plan);
    const meta::FieldInfo* field = plan.field;
    // Another program has words of its own for a field that may be empty: an unknown one is no
    // reason to lose the row.
    if (foreign_ && field != nullptr && field->type() == meta::Type::choice &&
        !field->is(meta::required) && plan.sources.size() == 1 && !value.empty()) {
        std::string source = extra_starts_[plan.sources.front().column] + escaped(value);
        draft.fields.push_back({plan.name, std::move(value), true, std::move(source)});
        return;
    }
    draft.set_field(plan.name, std::move(value));
}

/// One line item in its text form: product (quantity 2, price 100).
std::string RowReader::line_item(const FieldPlan& plan) const {
    meta::Item item;
    const std::string_view first = plan.field->rows.front().name();
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty())
            continue;
        if (source.part == first)
            item.value = value;
        else
            item.labels.push_back(source.part + " " + std::string(value));
    }
    return item.value.empty() ? std::string() : meta::items_text(std::span(&item, 1));
}

std::string RowReader::date(const FieldPlan& plan) {
    std::string value = first_text(plan);
    if (value.empty())
        return value;
    const auto column = std::ranges::find(dates_, plan.sources.front().column, &DateColumn::column);
    const auto order = column == dates_.end() ? std::nullopt : column->order();
    return iso_cell(value, plan.field->type(), order);
}

std::string RowReader::references(const FieldPlan& plan) const {
    std::vector<meta::Item> items;
    for (const Source& source : plan.sources)
        if (const auto value = cell(source.column); !value.empty())
            items.push_back({reference(value), {}});
    return meta::items_text(items);
}

void RowReader::read_flag(const FieldPlan& plan, Draft& draft) {
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty() || is_no(value))
            continue;
        if (draft.find(plan.name) == nullptr)
            draft.set_field(plan.name, source.word);
        if (!is_yes(value))
            keep_as_extra(source.column);
    }
}

void RowReader::read_extra(const FieldPlan& plan) {
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (source.own && !value.empty())
            append_extra(value);
        else if (!source.own && (source.word.empty() || source.word != value))
            keep_as_extra(source.column);
    }
}

void RowReader::read(const FieldPlan& plan, Draft& draft) {
    switch (plan.kind) {
        case Kind::text:
            return read_text(plan, draft);
        case Kind::date:
            return draft.set_field(plan.name, date(plan));
        case Kind::birthday:
            return draft.set_field(plan.name, birthday(plan));
        case Kind::flag:
            return read_flag(plan, draft);
        case Kind::line_item:
            return draft.set_field(plan.name, line_item(plan));
        case Kind::address:
            return read_address(plan, draft);
        case Kind::link: {
            const std::string number = first_text(plan);
            return draft.set_field(plan.name, number.empty() ? number : reference(number));
        }
        case Kind::ref:
            return draft.set_field(plan.name, references(plan));
        case Kind::list:
            return read_list(plan, draft);
        case Kind::extra:
            return read_extra(plan);
    }
}

}  // namespace

std::optional<Draft> RowPlan::draft(std::span<const std::string_view> cells,
                                    std::span<const std::string> extra_starts,
                                    std::span<const DateColumn> dates) const {
    RowReader row(cells, extra_starts, dates, system_, foreign_);
    const auto identified = [&](bool company) {
        return std::ranges::any_of(fields_, [&](const FieldPlan& plan) {
            return plan.company == company && plan.identifies && row.has_any(plan);
        });
    };
    if (!identified(false))
        return std::nullopt;
    Draft draft;
    draft.noun = entity_.noun;
    draft.fields.reserve(fields_.size() + 3);
    if (identified(true)) {
        draft.account = std::make_unique<Draft>();
        draft.account->noun = "account";
    }
    for (const FieldPlan& plan : fields_) {
        if (plan.company && draft.account == nullptr)
            row.keep_as_extra(plan);
        else if (plan.is_field)
            row.read(plan, plan.company ? *draft.account : draft);
    }
    const meta::FieldInfo* name = entity_.name();
    if (name != nullptr && name->is(meta::personal) && (given_name_ || family_name_) &&
        draft.find(name->name()) == nullptr)
        draft.set_field(
            std::string(name->name()),
            whole_name(row.cell(given_name_), row.cell(middle_name_), row.cell(family_name_)));
    draft.set_field("extra", row.take_extra());
    return draft;
}

}  // namespace crm::form
