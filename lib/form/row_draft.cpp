#include "base/decimal.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "base/yes_no.hpp"
#include "form/csv.hpp"
#include "form/import_cell.hpp"
#include "form/row_plan.hpp"
#include "form/vcard.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

/// One row of a table becomes a draft.
namespace crm::form {
namespace {

using Source = RowPlan::Source;
using FieldPlan = RowPlan::FieldPlan;
using Kind = RowPlan::Kind;

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

/// Whether a cell that stands for nothing is an empty one: a name or a remark may be any text.
bool may_be_placeholder(const meta::FieldInfo& field) {
    switch (field.type()) {
        case meta::Type::text:
        case meta::Type::prose:
        case meta::Type::link:
        case meta::Type::rows:
        case meta::Type::extra:
        case meta::Type::address:
            return false;
        default:
            return true;
    }
}

/// Whether the cell sets the switch of its column; nothing where it says something else.
std::optional<bool> switch_position(const Source& source, std::string_view cell) {
    if (source.yes.empty())
        return read_yes_no(cell).value_or(true);
    const std::string key = text::key(cell);
    if (std::ranges::find(source.yes, key) != source.yes.end())
        return true;
    if (std::ranges::find(source.no, key) != source.no.end())
        return false;
    return std::nullopt;
}

/// The amount with the currency of its row, unless it has one of its own.
std::string with_currency(const std::string& value, std::string_view currency) {
    const auto amount = read_amount(without_exponent(value), currency);
    if (!amount)
        return value + " " + std::string(currency);
    const bool has_own = !amount->currency.empty();
    return amount->text() + (has_own ? "" : " " + std::string(currency));
}

/// What all rows of a table have in common.
struct TableFacts {
    std::span<const std::string> extra_starts;
    std::span<const ColumnNotation> notations;
    std::span<const RowPlan::Currency> currencies;
    const std::string& system;  ///< of external references
    bool own;                   ///< an export of ours
};

/// The cells of one row, read as the fields need them.
class RowReader {
public:
    RowReader(std::span<const std::string_view> cells, const TableFacts& table)
        : cells_(cells), table_(table) {}

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
    /// The currency of a row without amounts must not be lost.
    void keep_unused_currencies();
    std::string take_extra() { return std::move(extra_); }

private:
    void keep_as_extra(std::size_t column);
    void append_extra(std::string_view line);
    std::string reference(std::string_view number) const;
    const ColumnNotation* notation(std::size_t column) const;
    std::string_view currency_of(const meta::FieldInfo& field);

    std::string first_text(const FieldPlan& plan);
    std::size_t first_column(const FieldPlan& plan) const;
    bool is_blank(const FieldPlan& plan, std::string_view value) const;
    std::string prefix(const FieldPlan& plan) const;
    std::string number(std::string value, const meta::FieldInfo& field, std::size_t column);
    std::string date(const FieldPlan& plan);
    std::string birthday(const FieldPlan& plan) const;
    std::string line_item(const FieldPlan& plan);
    std::string references(const FieldPlan& plan) const;
    std::string_view list_cell(const FieldPlan& plan, const Source& source, Draft& draft);
    std::string list(const FieldPlan& plan, Draft& draft);
    void add_items(const Source& source, std::string_view value, meta::Type type,
                   std::vector<meta::Item>& items) const;
    std::string address_part(const FieldPlan& plan, const Source& chosen,
                             std::string_view part) const;
    std::string street(const FieldPlan& plan, const Source& chosen) const;

    void read_text(const FieldPlan& plan, Draft& draft);
    void read_list(const FieldPlan& plan, Draft& draft);
    void read_address(const FieldPlan& plan, Draft& draft);
    void read_flag(const FieldPlan& plan, Draft& draft);
    void read_extra(const FieldPlan& plan);

    std::span<const std::string_view> cells_;
    const TableFacts& table_;
    std::string extra_;
    std::vector<std::size_t> used_currencies_;  // columns
};

void RowReader::append_extra(std::string_view line) {
    if (!extra_.empty())
        extra_ += '\n';
    extra_ += line;
}

void RowReader::keep_as_extra(std::size_t column) {
    const auto value = cell(column);
    if (!value.empty())
        append_extra(table_.extra_starts[column] + escaped(value));
}

std::string RowReader::reference(std::string_view number) const {
    if (number.find(':') != std::string_view::npos)
        return std::string(number);
    return table_.system + ":" + std::string(number);
}

const ColumnNotation* RowReader::notation(std::size_t column) const {
    const auto found = std::ranges::find(table_.notations, column, &ColumnNotation::column);
    return found == table_.notations.end() ? nullptr : &*found;
}

/// The cell that says in which currency the field's amount is: its own one first.
std::string_view RowReader::currency_of(const meta::FieldInfo& field) {
    for (const std::string_view name : {field.name(), std::string_view()}) {
        for (const RowPlan::Currency& currency : table_.currencies) {
            const auto value = cell(currency.column);
            if (value.empty() || (!name.empty() && currency.field != name))
                continue;
            used_currencies_.push_back(currency.column);
            return value;
        }
    }
    return {};
}

void RowReader::keep_unused_currencies() {
    for (const RowPlan::Currency& currency : table_.currencies)
        if (std::ranges::find(used_currencies_, currency.column) == used_currencies_.end())
            keep_as_extra(currency.column);
}

/// A cell of a list; empty where nothing in it is a value of the list.
std::string_view RowReader::list_cell(const FieldPlan& plan, const Source& source, Draft& draft) {
    const auto value = cell(source.column);
    if (source.own || value.empty())
        return value;
    if (is_placeholder(value))
        return {};
    const meta::Type type = plan.field->type();
    if (type == meta::Type::email && is_exchange_name(value)) {
        keep_as_extra(source.column);
        return {};
    }
    if (type == meta::Type::phone && is_rounded_number(value)) {
        draft.notes.push_back(
            fmt::format("{}: '{}' has lost its last digits in a spreadsheet; kept as text",
                        plan.field->name(), text::clipped(value, 60)));
        keep_as_extra(source.column);
        return {};
    }
    return value;
}

void RowReader::add_items(const Source& source, std::string_view value, meta::Type type,
                          std::vector<meta::Item>& items) const {
    bool preferred = false;
    const auto labels =
        source.label_column ? labels_of(cell(*source.label_column), preferred) : source.labels;
    const bool words = type == meta::Type::text ||
                       (type == meta::Type::email && value.find('(') == std::string_view::npos);
    auto place = preferred ? items.begin() : items.end();
    if (const auto bracketed = bracketed_items(value); bracketed && type == meta::Type::text) {
        for (const std::string& item : *bracketed)
            items.push_back({item, labels});
        return;
    }
    for (const std::string_view item : pieces(value, words)) {
        place = items.insert(place, {std::string(plain_item(item, type)), labels});
        ++place;
    }
}

/// A list from all its columns: first what is in our form already.
std::string RowReader::list(const FieldPlan& plan, Draft& draft) {
    std::vector<meta::Item> items;
    std::string own;
    for (const Source& source : plan.sources) {
        const auto value = list_cell(plan, source, draft);
        if (value.empty())
            continue;
        if (source.own || (plan.field->name() == "tags" && is_in_our_form(value))) {
            if (!own.empty())
                own += "; ";
            own += value;
        } else {
            add_items(source, value, plan.field->type(), items);
        }
    }
    if (own.empty() && plan.field->type() == meta::Type::phone)
        meta::put_callable_first(items);
    const std::string others = meta::items_text(items);
    if (own.empty() || others.empty())
        return own + others;
    return own + "; " + others;
}

void RowReader::read_list(const FieldPlan& plan, Draft& draft) {
    const Source& only = plan.sources.front();
    const bool is_simple = plan.sources.size() == 1 && !only.own && !only.label_column &&
                           only.labels.empty() && plan.field->mirror;
    // Usually there is one column with one address or number in each cell: no list is needed.
    if (is_simple && cell(only.column).find_first_of(",;|:") == std::string_view::npos)
        draft.set_field(std::string(plan.field->mirror->name()),
                        std::string(list_cell(plan, only, draft)));
    else
        draft.set_field(plan.name, list(plan, draft));
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

/// With the number of the house behind its first line.
std::string RowReader::street(const FieldPlan& plan, const Source& chosen) const {
    std::string lines = address_part(plan, chosen, "street");
    const std::string number = address_part(plan, chosen, house_number);
    if (number.empty() || lines.empty())
        return lines + number;
    return lines.insert(std::min(lines.find('\n'), lines.size()), " " + number);
}

/// The first of several addresses that has anything; the others are kept as extra properties.
void RowReader::read_address(const FieldPlan& plan, Draft& draft) {
    const auto chosen = std::ranges::find_if(
        plan.sources, [&](const Source& source) { return !cell(source.column).empty(); });
    if (chosen == plan.sources.end())
        return;
    for (const std::string_view part : meta::address_parts())
        draft.set_field(
            plan.name + "." + std::string(part),
            part == "street" ? street(plan, *chosen) : address_part(plan, *chosen, part));
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

bool RowReader::is_blank(const FieldPlan& plan, std::string_view value) const {
    return value.empty() ||
           (plan.field != nullptr && may_be_placeholder(*plan.field) && is_placeholder(value));
}

/// The column that `first_text` takes.
std::size_t RowReader::first_column(const FieldPlan& plan) const {
    const auto first = std::ranges::find_if(
        plan.sources, [&](const Source& source) { return !is_blank(plan, cell(source.column)); });
    return first == plan.sources.end() ? plan.sources.front().column : first->column;
}

/// The first cell that has anything; paragraphs are joined, other values kept as extra properties.
std::string RowReader::first_text(const FieldPlan& plan) {
    const bool is_prose = plan.field != nullptr && plan.field->type() == meta::Type::prose;
    std::string first;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (is_blank(plan, value))
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

/// What is before a name, of all columns: "Herr Dr.".
std::string RowReader::prefix(const FieldPlan& plan) const {
    std::string words;
    for (const Source& source : plan.sources) {
        const std::string value(cell(source.column));
        if (value.empty() || value == words)
            continue;
        if (words.empty())
            words = value;
        else
            words = is_salutation(value) ? value + " " + words : words + " " + value;
    }
    return words;
}

void RowReader::read_text(const FieldPlan& plan, Draft& draft) {
    const meta::FieldInfo* field = plan.field;
    if (plan.name == "prefix")
        return draft.set_field(plan.name, prefix(plan));
    std::string value = first_text(plan);
    // Another program has words of its own: an unknown one is no reason to lose the row.
    const bool has_words = field != nullptr && (field->type() == meta::Type::choice ||
                                                field->type() == meta::Type::zone);
    if (!table_.own && has_words && !value.empty()) {
        std::string source = table_.extra_starts[first_column(plan)] + escaped(value);
        draft.fields.push_back({plan.name, std::move(value), true, std::move(source)});
        return;
    }
    draft.set_field(plan.name, std::move(value));
}

/// A number in the one form that is read in the same way everywhere.
std::string RowReader::number(std::string value, const meta::FieldInfo& field, std::size_t column) {
    if (value.empty())
        return value;
    const ColumnNotation* written = notation(column);
    if (written != nullptr)
        value = with_decimal_mark(value, written->decimal_mark());
    if (field.type() == meta::Type::money) {
        const auto currency = currency_of(field);
        return currency.empty() ? value : with_currency(value, currency);
    }
    if (field.field->more.scale > 0)
        return value;
    if (field.type() == meta::Type::integer)
        return without_thousands(value);
    if (written != nullptr && written->is_share())
        return share_as_percent(value).value_or(value);
    return value;
}

/// One line item in its text form: product (quantity 2, price 100). Without a product the cells are
/// kept as extra properties.
std::string RowReader::line_item(const FieldPlan& plan) {
    meta::Item item;
    const std::string_view first = plan.field->rows.front().name();
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty() || (source.part != first && is_placeholder(value)))
            continue;
        if (source.part != first)
            item.labels.push_back(source.part + " " +
                                  number(std::string(value), *source.field, source.column));
        else
            item.value = value;
    }
    if (!item.value.empty())
        return meta::items_text(std::span(&item, 1));
    keep_as_extra(plan);
    return {};
}

std::string RowReader::date(const FieldPlan& plan) {
    std::string value = first_text(plan);
    if (value.empty())
        return value;
    const ColumnNotation* written = notation(first_column(plan));
    const auto order = written == nullptr ? std::nullopt : written->order();
    return iso_cell(value, plan.field->type(), order);
}

std::string RowReader::references(const FieldPlan& plan) const {
    std::vector<meta::Item> items;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty())
            continue;
        if (source.word.empty()) {
            items.push_back({reference(value), {}});
            continue;
        }
        const std::string_view inside = value.starts_with('<') && value.ends_with('>')
                                            ? value.substr(1, value.size() - 2)
                                            : value;
        items.push_back({source.word + std::string(inside), {}});
    }
    return meta::items_text(items);
}

/// A switch that one column sets is set, whatever the others say.
void RowReader::read_flag(const FieldPlan& plan, Draft& draft) {
    std::string word;
    for (const Source& source : plan.sources) {
        const auto value = cell(source.column);
        if (value.empty() || (is_placeholder(value) && !read_yes_no(value)))
            continue;
        const std::optional<bool> on = switch_position(source, value);
        if (on.value_or(false) && (word.empty() || word == "no"))
            word = source.word;
        else if (on.has_value() && !*on && word.empty() &&
                 plan.field->type() == meta::Type::boolean)
            word = "no";
        if (!on.has_value() && !source.otherwise.empty() && draft.find(source.otherwise) == nullptr)
            draft.fields.push_back({source.otherwise, std::string(value), true,
                                    table_.extra_starts[source.column] + escaped(value)});
        else if (!on.has_value() || (source.yes.empty() && !read_yes_no(value)))
            keep_as_extra(source.column);
    }
    if (draft.find(plan.name) == nullptr)
        draft.set_field(plan.name, word);
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
        case Kind::number:
            return draft.set_field(plan.name,
                                   number(first_text(plan), *plan.field, first_column(plan)));
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

/// The whole name of its parts, or the parts of a name in the order of telephone books, "Weber,
/// Hanna".
void complete_name(Draft& draft, std::string_view given, std::string_view middle,
                   std::string_view family, bool may_be_inverted) {
    const bool has_parts = !given.empty() || !middle.empty() || !family.empty();
    const auto name = std::ranges::find(draft.fields, "name", &DraftField::field);
    if (name == draft.fields.end())
        return draft.set_field("name", whole_name(given, middle, family));
    if (!may_be_inverted || has_parts)
        return;
    auto parts = inverted_name(name->value);
    if (!parts)
        return;
    name->value = whole_name(parts->given, {}, parts->family);
    if (draft.noun != "contact")
        return;
    draft.set_field("given_name", std::move(parts->given));
    draft.set_field("family_name", std::move(parts->family));
}

}  // namespace

std::optional<Draft> RowPlan::draft(std::span<const std::string_view> cells,
                                    std::span<const std::string> extra_starts,
                                    std::span<const ColumnNotation> notations) const {
    const TableFacts table{extra_starts, notations, currencies_, system_, own_};
    RowReader row(cells, table);
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
    if (name != nullptr && name->is(meta::personal))
        complete_name(draft, row.cell(given_name_), row.cell(middle_name_), row.cell(family_name_),
                      !own_);
    if (entity_.find("currency") == nullptr)
        row.keep_unused_currencies();
    draft.set_field("extra", row.take_extra());
    return draft;
}

}  // namespace crm::form
