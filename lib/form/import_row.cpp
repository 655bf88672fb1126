#include "base/text.hpp"
#include "form/csv.hpp"
#include "form/import_cell.hpp"
#include "form/import_plan.hpp"
#include "form/vcard.hpp"
#include "meta/type.hpp"

#include <algorithm>

namespace crm::form {
namespace {

using Source = RowPlan::Source;
using Output = RowPlan::Output;
using Take = RowPlan::Take;

/// A target taken apart: account.NAME(LABELS).PART=WORD or NAME!WORD.
struct Target {
    bool company = false;
    std::string_view name, labels, part, word;
    char mark = 0;  ///< '=' or '!' before the word
};

Target read_target(std::string_view text, bool person) {
    Target target;
    if (person && text.starts_with("account."))
        target.company = true, text.remove_prefix(8);
    if (const auto at = text.find_first_of("=!"); at != std::string_view::npos) {
        target.mark = text[at];
        target.word = text::trimmed(text.substr(at + 1));
        text = text.substr(0, at);
    }
    const auto open = text.find('(');
    const auto shut = open == std::string_view::npos ? open : text.find(')', open);
    if (shut != std::string_view::npos)
        target.labels = text.substr(open + 1, shut - open - 1);
    const auto dot = text.find('.', shut == std::string_view::npos ? 0 : shut);
    if (dot != std::string_view::npos)
        target.part = text.substr(dot + 1);
    target.name = text.substr(0, std::min({open, dot, text.size()}));
    return target;
}

/// `@E-mail # - Type|…` with the digits put in: the column of that header.
std::optional<std::size_t> label_column(std::string_view headers, std::string_view digits,
                                        std::span<const std::string> keys) {
    for (const std::string_view header : text::split(headers, '|')) {
        std::string key = text::key(header);
        if (const auto at = key.find('#'); at != std::string::npos)
            key.replace(at, 1, digits);
        if (const auto found = std::ranges::find(keys, key); found != keys.end())
            return static_cast<std::size_t>(found - keys.begin());
    }
    return std::nullopt;
}

bool listed(const meta::FieldInfo& field) {
    return field.is(meta::many) && field.type() != meta::Type::rows;
}
bool dated(meta::Type type) {
    return type == meta::Type::date || type == meta::Type::birthday || type == meta::Type::instant;
}
bool says_no(std::string_view cell) {
    const std::string word = text::key(cell);
    return word == "no" || word == "false" || word == "0" || word == "n" || word == "f";
}
bool says_yes(std::string_view cell) {
    const std::string word = text::key(cell);
    return word == "yes" || word == "true" || word == "1" || word == "y" || word == "x" ||
           word == "t";
}

/// One row on its way to a draft.
struct Row {
    std::span<const std::string_view> cells;
    std::span<const std::string> heads;
    std::span<const DateColumn> dates;
    const std::string& system;
    bool other = false;  ///< the table is another program's
    std::string extra{};

    std::string_view at(std::size_t column) const {
        return column < cells.size() ? bare(unprefixed(cells[column])) : std::string_view();
    }

    void keep(std::size_t column) {
        const auto cell = at(column);
        if (cell.empty())
            return;
        if (!extra.empty())
            extra += '\n';
        extra += heads[column];
        extra += escaped(cell);
    }
    void keep_all(const Output& output) {
        for (const Source& s : output.sources)
            keep(s.column);
    }

    std::string reference(std::string_view number) const {
        if (number.find(':') != std::string_view::npos)
            return std::string(number);
        return system + ":" + std::string(number);
    }

    /// Only our form of a list has a backslash before what belongs to a value.
    static bool in_our_form(std::string_view cell) {
        const auto at = cell.find('\\');
        return at != cell.npos && at + 1 < cell.size() &&
               std::string_view("\\;,()").find(cell[at + 1]) != std::string_view::npos;
    }

    std::string list(const Output& output) const {
        std::vector<meta::Item> items;
        std::string own;
        const meta::Type type = output.field->type();
        for (const Source& s : output.sources) {
            const auto cell = at(s.column);
            if (cell.empty())
                continue;
            if (s.own || (output.field->name() == "tags" && in_our_form(cell))) {
                own += (own.empty() ? "" : "; ") + std::string(cell);
                continue;
            }
            bool preferred = false;
            auto labels = s.label_column ? labels_of(at(*s.label_column), preferred) : s.labels;
            const bool words =
                type == meta::Type::text ||
                (type == meta::Type::email && cell.find('(') == std::string_view::npos);
            auto place = preferred ? items.begin() : items.end();
            for (std::string_view piece : pieces(cell, words)) {
                if (piece.starts_with("* "))
                    piece.remove_prefix(2);
                if (type == meta::Type::text && piece.size() > 1 && piece.front() == '"' &&
                    piece.back() == '"')
                    piece = piece.substr(1, piece.size() - 2);
                place = items.insert(place, {std::string(piece), labels}) + 1;
            }
        }
        const std::string told = meta::items_text(items);
        return own.empty() ? told : told.empty() ? own : own + "; " + told;
    }

    /// The first of the addresses that has anything is told, the others are kept as they are.
    void address(const Output& output, Draft& draft) {
        const Source* taken = nullptr;
        const auto same = [](const Source& a, const Source& b) {
            return a.labels == b.labels && a.label_column == b.label_column;
        };
        for (const Source& s : output.sources)
            if (!taken && !at(s.column).empty())
                taken = &s;
        if (!taken)
            return;
        for (const std::string_view part : meta::address_parts()) {
            std::string value;
            for (const Source& s : output.sources) {
                if (s.part != part || !same(s, *taken))
                    continue;
                if (const auto cell = at(s.column); !cell.empty())
                    value += (value.empty() ? "" : "\n") + std::string(cell);
            }
            if (!value.empty())
                draft.set_field(output.name + "." + std::string(part), std::move(value));
        }
        for (const Source& s : output.sources)
            if (!same(s, *taken))
                keep(s.column);
        bool preferred = false;
        const auto labels =
            taken->label_column ? labels_of(at(*taken->label_column), preferred) : taken->labels;
        if (!labels.empty())
            draft.set_field(output.name + ".type", text::joined(labels, ", "));
    }

    std::string birthday(const Output& output) const {
        std::string_view year, month, day;
        for (const Source& s : output.sources)
            (s.part == "year" ? year : s.part == "month" ? month : day) = at(s.column);
        return birthday_of(year, month, day);
    }

    /// The first cell that has anything; several paragraphs are joined, other values kept.
    std::string text(const Output& output) {
        std::string value;
        for (const Source& s : output.sources) {
            const auto cell = at(s.column);
            if (cell.empty())
                continue;
            if (value.empty())
                value = cell;
            else if (output.field != nullptr && output.field->type() == meta::Type::prose)
                value.append("\n").append(cell);
            else if (value != cell)
                keep(s.column);
        }
        return value;
    }

    /// One child row in its text form: product (quantity 2, price 100).
    std::string child(const Output& output) {
        meta::Item item;
        const meta::FieldInfo& first = output.field->rows.front();
        for (const Source& s : output.sources) {
            const auto cell = at(s.column);
            if (cell.empty())
                continue;
            if (s.part == first.name())
                item.value = cell;
            else
                item.labels.push_back(s.part + " " + std::string(cell));
        }
        return item.value.empty() ? std::string() : meta::items_text(std::span(&item, 1));
    }

    std::string date(const Output& output) {
        std::string value = text(output);
        if (value.empty())
            return value;
        const auto column =
            std::ranges::find(dates, output.sources.front().column, &DateColumn::column);
        return iso_cell(value, output.field->type(),
                        column == dates.end() ? std::nullopt : column->order());
    }

    void flag(const Output& output, Draft& draft) {
        for (const Source& s : output.sources) {
            const auto cell = at(s.column);
            if (cell.empty() || says_no(cell))
                continue;
            if (draft.find(output.name) == nullptr)
                draft.set_field(output.name, s.word);
            if (!says_yes(cell))
                keep(s.column);
        }
    }

    void set_field(const Output& output, Draft& draft) {
        switch (output.take) {
            case Take::text: {
                std::string value = text(output);
                // Another program has words of its own for a field that may be empty: one that we
                // do not know is no reason to lose the row.
                if (other && output.field != nullptr &&
                    output.field->type() == meta::Type::choice &&
                    !output.field->is(meta::required) && output.sources.size() == 1 &&
                    !value.empty()) {
                    std::string kept = heads[output.sources.front().column] + escaped(value);
                    return draft.fields.push_back(
                        {output.name, std::move(value), true, std::move(kept)});
                }
                return draft.set_field(output.name, std::move(value));
            }
            case Take::date:
                return draft.set_field(output.name, date(output));
            case Take::birthday:
                return draft.set_field(output.name, birthday(output));
            case Take::flag:
                return flag(output, draft);
            case Take::row:
                return draft.set_field(output.name, child(output));
            case Take::address:
                return address(output, draft);
            case Take::link: {
                const std::string number = text(output);
                return draft.set_field(output.name, number.empty() ? number : reference(number));
            }
            case Take::ref: {
                std::vector<meta::Item> items;
                for (const Source& s : output.sources)
                    if (const auto cell = at(s.column); !cell.empty())
                        items.push_back({reference(cell), {}});
                return draft.set_field(output.name, meta::items_text(items));
            }
            case Take::list: {
                const Source& only = output.sources.front();
                // The usual case, one column with one address or number in each cell, needs no
                // list.
                if (output.sources.size() == 1 && !only.own && !only.label_column &&
                    only.labels.empty() && output.field->mirror) {
                    const auto cell = at(only.column);
                    if (std::ranges::none_of(cell, [](char c) {
                            return c == ',' || c == ';' || c == '|' || c == ':';
                        }))
                        return draft.set_field(std::string(output.field->mirror->name()),
                                               std::string(cell));
                }
                return draft.set_field(output.name, list(output));
            }
            case Take::extra:
                for (const Source& s : output.sources) {
                    if (s.own && !at(s.column).empty())
                        extra.append(extra.empty() ? "" : "\n").append(at(s.column));
                    else if (!s.own && (s.word.empty() || s.word != at(s.column)))
                        keep(s.column);
                }
        }
    }

    bool any(const Output& output) const {
        return std::ranges::any_of(output.sources,
                                   [&](const Source& s) { return !at(s.column).empty(); });
    }
};

}  // namespace

RowPlan::RowPlan(const meta::Model& model, const meta::Entity& entity, std::string system,
                 bool other)
    : model_(model), entity_(entity), system_(std::move(system)), other_(other) {}

RowPlan::Output& RowPlan::output(Take take, std::string_view name, const meta::FieldInfo* field,
                                 bool company) {
    const auto same = [&](const Output& o) {
        return o.take == take && o.name == name && o.company == company;
    };
    if (const auto found = std::ranges::find_if(outputs_, same); found != outputs_.end())
        return *found;
    outputs_.push_back({take, std::string(name), field, company});
    return outputs_.back();
}

bool RowPlan::aim(std::size_t column, std::string_view text, std::span<const std::string> keys,
                  std::string_view digits, bool own) {
    if (text.empty())
        return true;
    if (own && text.find_first_of("()=!") != std::string_view::npos)
        return false;
    const bool person = entity_.noun == "contact";
    const Target target = read_target(text, person);
    const meta::Entity& entity = target.company ? model_.get("account") : entity_;
    Source source{.column = column, .word = std::string(target.word), .own = own};
    const auto take = [&](Take how, std::string_view name, const meta::FieldInfo* field,
                          bool company, bool identifies) {
        Output& o = output(how, name, field, company);
        o.identifies |= identifies;
        o.sources.push_back(std::move(source));
        return true;
    };

    if (target.name == "id" || target.name == "uid")
        return take(Take::text, target.name, nullptr, target.company, true);
    if (!own && (target.name == "ref" || target.name == "refs"))
        return take(Take::ref, "refs", entity.find("refs"), target.company, true);
    const meta::FieldInfo* field = entity.find(target.name);
    if (target.name == "extra")
        return field != nullptr ? take(Take::extra, "extra", field, false, false) : !own;
    if (field == nullptr) {
        if (entity.name() == nullptr || !entity.name()->is(meta::personal))
            return false;
        if (target.name != "given_name" && target.name != "middle_name" &&
            target.name != "family_name")
            return false;
        Output& o = output(Take::text, target.name, nullptr, target.company);
        o.is_field = false, o.identifies = true;
        o.sources.push_back(std::move(source));
        return true;
    }
    if (field->is(meta::derived))
        return true;
    if (target.mark == '=')
        return take(target.word == "ref" ? Take::link : Take::flag, target.name, field,
                    target.company, false);
    if (field->type() == meta::Type::address) {
        if (own && target.part.empty())
            return take(Take::text, target.name, field, target.company, false);
        source.part = target.part.empty() ? "street" : target.part;
        if (std::ranges::find(meta::address_parts(), source.part) == meta::address_parts().end())
            return false;
    } else if (field->type() == meta::Type::birthday && !target.part.empty()) {
        if (target.part != "year" && target.part != "month" && target.part != "day")
            return false;
        source.part = target.part;
        return take(Take::birthday, target.name, field, target.company, false);
    } else if (field->type() == meta::Type::rows && !target.part.empty()) {
        const auto inner = std::ranges::find(field->rows, target.part,
                                             [](const meta::FieldInfo& p) { return p.name(); });
        if (inner == field->rows.end() || inner->computed())
            return false;
        source.part = target.part;
        return take(Take::row, target.name, field, target.company, false);
    } else if (field->type() == meta::Type::link && target.part == "ref") {
        return take(Take::link, target.name, field, target.company, false);
    } else if (!target.part.empty() &&
               !(field->type() == meta::Type::link && target.part == "name")) {
        return false;
    }
    if (target.labels.starts_with('@')) {
        source.label_column = label_column(target.labels.substr(1), digits, keys);
    } else {
        for (const auto label : text::split(target.labels, ','))
            if (!text::trimmed(label).empty())
                source.labels.emplace_back(text::trimmed(label));
    }
    if (field->type() == meta::Type::address)
        return take(Take::address, target.name, field, target.company, false);
    if (person && !target.company && target.name == "account")
        return take(Take::text, "name", model_.get("account").find("name"), true, true);

    // A company is known by its name or domain; its telephone alone makes none.
    const bool known = target.company
                           ? field->is(meta::required) || target.name == "domains"
                           : field->is(meta::required) ||
                                 (field->is(meta::lookup) && target.name != "tags") ||
                                 target.name == "given_name" || target.name == "family_name";
    if (field->of != nullptr && listed(*field->of)) {
        source.own = false;
        Output& o = output(Take::list, field->of->name(), field->of, target.company);
        o.identifies |= !target.company && field->of->is(meta::lookup);
        // The primary one comes before the others, wherever its column stands.
        const auto others =
            std::ranges::find_if(o.sources, [&](const Source& s) { return s.part != "primary"; });
        source.part = "primary";
        o.sources.insert(others, std::move(source));
        return true;
    }
    if (listed(*field)) {
        // Words in a column of ours may still be separated by commas, as people write them; other
        // lists are in our form.
        source.own = own && target.name != "tags";
        return take(Take::list, target.name, field, target.company, known);
    }
    if (field->is(meta::many) && !own)
        return false;
    return take(dated(field->type()) ? Take::date : Take::text, target.name, field, target.company,
                known);
}

void RowPlan::keep(std::size_t column) {
    output(Take::extra, "extra", entity_.find("extra"), false)
        .sources.push_back({.column = column});
}

void RowPlan::finish() {
    for (const Output& o : outputs_) {
        if (o.company)
            continue;
        if (o.name == "given_name")
            given_ = o.sources.front().column;
        if (o.name == "middle_name")
            middle_ = o.sources.front().column;
        if (o.name == "family_name")
            family_ = o.sources.front().column;
    }
}

bool RowPlan::usable() const {
    return std::ranges::any_of(outputs_,
                               [](const Output& o) { return o.identifies && !o.company; });
}

std::vector<std::size_t> RowPlan::date_columns() const {
    std::vector<std::size_t> columns;
    for (const Output& o : outputs_)
        if (o.take == Take::date)
            for (const Source& s : o.sources)
                columns.push_back(s.column);
    return columns;
}

const meta::FieldInfo* RowPlan::rows() const {
    const auto it = std::ranges::find(outputs_, Take::row, &Output::take);
    return it == outputs_.end() ? nullptr : it->field;
}

std::string RowPlan::identity(std::span<const std::string_view> cells) const {
    std::string out;
    for (const Output& o : outputs_)
        if (o.identifies)
            for (const Source& s : o.sources)
                (out += s.column < cells.size() ? text::trimmed(cells[s.column])
                                                : std::string_view()) += '\x1f';
    return out;
}

std::optional<Draft> RowPlan::draft(std::span<const std::string_view> cells,
                                    std::span<const std::string> heads,
                                    std::span<const DateColumn> dates) const {
    Row row{cells, heads, dates, system_, other_};
    Draft draft;
    draft.noun = entity_.noun;
    draft.fields.reserve(outputs_.size() + 3);
    const bool company = std::ranges::any_of(
        outputs_, [&](const Output& o) { return o.company && o.identifies && row.any(o); });
    if (company) {
        draft.account = std::make_unique<Draft>();
        draft.account->noun = "account";
    }
    bool about = false;
    for (const Output& o : outputs_) {
        if (!o.company)
            about = about || (o.identifies && row.any(o));
        if (o.company && !company)
            row.keep_all(o);
        else if (o.is_field)
            row.set_field(o, o.company ? *draft.account : draft);
    }
    if (!about)
        return std::nullopt;
    const auto cell = [&](std::optional<std::size_t> column) {
        return column ? row.at(*column) : std::string_view();
    };
    if (entity_.name() != nullptr && entity_.name()->is(meta::personal) && (given_ || family_) &&
        draft.find(entity_.name()->name()) == nullptr)
        draft.set_field(std::string(entity_.name()->name()),
                        whole_name(cell(given_), cell(middle_), cell(family_)));
    draft.set_field("extra", std::move(row.extra));
    return draft;
}

}  // namespace crm::form
