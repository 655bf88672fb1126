#include "form/row_plan.hpp"

#include "base/text.hpp"
#include "form/import_cell.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <bit>
#include <utility>

/// Which column is read into which field.
namespace crm::form {

/// A target in its parts: account.NAME(LABELS).PART=WORD or NAME!WORD.
struct RowPlan::Target {
    bool company = false;
    std::string_view name;
    std::string_view labels;
    std::string_view part;
    std::string_view word;
    char mark = 0;  ///< '=' or '!' before the word
};

namespace {

constexpr std::string_view company_prefix = "account.";

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

bool is_list(const meta::FieldInfo& field) {
    return field.is(meta::many) && field.type() != meta::Type::rows;
}

bool is_number(const meta::FieldInfo& field) {
    const meta::Type type = field.type();
    return type == meta::Type::money || type == meta::Type::integer || type == meta::Type::percent;
}

/// How a number's cells may be written; nothing for whole numbers, which have one reading.
std::optional<ColumnNotation::Kind> number_notation(const meta::FieldInfo& field) {
    const bool has_decimals = field.type() == meta::Type::money || field.field->more.scale > 0;
    if (has_decimals)
        return ColumnNotation::Kind::number;
    if (field.type() == meta::Type::percent)
        return ColumnNotation::Kind::share;
    return std::nullopt;
}

bool has_date(const meta::FieldInfo& field) {
    const meta::Type type = field.type();
    return type == meta::Type::date || type == meta::Type::birthday || type == meta::Type::instant;
}

bool is_name_part(std::string_view name) {
    return name == "given_name" || name == "middle_name" || name == "family_name";
}

bool is_birthday_part(std::string_view part) {
    return part == "year" || part == "month" || part == "day";
}

/// Null for a part that line items do not have, or that is computed.
const meta::FieldInfo* line_item_part(const meta::FieldInfo& field, std::string_view part) {
    const auto found = std::ranges::find(
        field.rows, part, [](const meta::FieldInfo& candidate) { return candidate.name(); });
    return found != field.rows.end() && !found->computed() ? &*found : nullptr;
}

/// Part of an address, or the number of the house that belongs to its street.
bool is_address_part(std::string_view part) {
    const auto parts = meta::address_parts();
    return part == house_number || std::ranges::find(parts, part) != parts.end();
}

/// What is objected to: mail, calls.
bool is_objection(const meta::FieldInfo& field) {
    return field.type() == meta::Type::boolean && field.name().starts_with("do_not_");
}

std::vector<std::string> keys_of(std::string_view words) {
    std::vector<std::string> keys;
    for (const std::string_view word : text::split(words, ','))
        if (!text::trimmed(word).empty())
            keys.push_back(text::key(word));
    return keys;
}

/// Whether the field decides which record a row is about. A company has its name or domain; its
/// telephone number alone is not enough.
bool identifies(const meta::FieldInfo& field, std::string_view name, bool company) {
    if (field.is(meta::required))
        return true;
    if (company)
        return name == "domains";
    if (field.is(meta::lookup) && name != "tags")
        return true;
    return name == "given_name" || name == "family_name";
}

}  // namespace

RowPlan::RowPlan(const meta::Model& model, const meta::Entity& entity, std::string system, bool own)
    : model_(model), entity_(entity), system_(std::move(system)), own_(own) {}

RowPlan::Target RowPlan::read_target(std::string_view text, bool person) {
    Target target;
    if (person && text.starts_with(company_prefix)) {
        target.company = true;
        text.remove_prefix(company_prefix.size());
    }
    if (const auto at = text.find_first_of("=!"); at != std::string_view::npos) {
        target.mark = text[at];
        target.word = text::trimmed(text.substr(at + 1));
        text = text.substr(0, at);
    }
    const auto open = text.find('(');
    const auto close = open == std::string_view::npos ? open : text.find(')', open);
    if (close != std::string_view::npos)
        target.labels = text.substr(open + 1, close - open - 1);
    const auto dot = text.find('.', close == std::string_view::npos ? 0 : close);
    if (dot != std::string_view::npos)
        target.part = text.substr(dot + 1);
    target.name = text.substr(0, std::min({open, dot, text.size()}));
    return target;
}

RowPlan::FieldPlan& RowPlan::field_plan(Kind kind, std::string_view name,
                                        const meta::FieldInfo* field, bool company) {
    const auto found = std::ranges::find_if(fields_, [&](const FieldPlan& plan) {
        return plan.kind == kind && plan.name == name && plan.company == company;
    });
    if (found != fields_.end())
        return *found;
    fields_.push_back({kind, std::string(name), field, company});
    return fields_.back();
}

void RowPlan::add(Kind kind, std::string_view name, const meta::FieldInfo* field, bool company,
                  bool identifies, Source&& source) {
    FieldPlan& plan = field_plan(kind, name, field, company);
    plan.identifies = plan.identifies || identifies;
    plan.sources.push_back(std::move(source));
}

/// Parts of the name of a noun that has no fields for them.
bool RowPlan::map_name_part(const Target& target, const meta::Entity& entity, Source&& source) {
    if (entity.name() == nullptr || !entity.name()->is(meta::personal))
        return false;
    if (!is_name_part(target.name))
        return false;
    add(Kind::text, target.name, nullptr, target.company, true, std::move(source));
    field_plan(Kind::text, target.name, nullptr, target.company).is_field = false;
    return true;
}

/// Targets with a part, address.city. Nothing where the whole field is meant.
std::optional<bool> RowPlan::map_part(const Target& target, const meta::FieldInfo& field,
                                      Source& source) {
    const auto take = [&](Kind kind) {
        add(kind, target.name, &field, target.company, false, std::move(source));
        return true;
    };
    if (field.type() == meta::Type::address) {
        if (source.own && target.part.empty())
            return take(Kind::text);
        source.part = target.part.empty() ? "street" : target.part;
        return is_address_part(source.part) && take(Kind::address);
    }
    if (target.part.empty())
        return std::nullopt;
    source.part = target.part;
    switch (field.type()) {
        case meta::Type::birthday:
            return is_birthday_part(target.part) && take(Kind::birthday);
        case meta::Type::rows:
            source.field = line_item_part(field, target.part);
            return source.field != nullptr && take(Kind::line_item);
        case meta::Type::money:
            source.part.clear();
            if (target.part == "amount")
                return std::nullopt;
            if (target.part != "currency")
                return false;
            currencies_.push_back({source.column, std::string(target.name)});
            return true;
        case meta::Type::link:
            if (target.part == "ref")
                return take(Kind::link);
            if (target.part != "name")
                return false;
            source.part.clear();
            return std::nullopt;
        default:
            return false;
    }
}

bool RowPlan::map_field(const Target& target, const meta::FieldInfo& field, Source&& source) {
    if (entity_.noun == "contact" && !target.company && target.name == "account") {
        const meta::FieldInfo* name = model_.get("account").find("name");
        add(Kind::text, "name", name, true, true, std::move(source));
        return true;
    }
    if (field.of != nullptr && is_list(*field.of)) {
        source.own = false;
        source.part = "primary";
        FieldPlan& plan = field_plan(Kind::list, field.of->name(), field.of, target.company);
        plan.identifies = plan.identifies || (!target.company && field.of->is(meta::lookup));
        // The primary value comes before the others, wherever its column is.
        const auto others = std::ranges::find_if(
            plan.sources, [](const Source& other) { return other.part != "primary"; });
        plan.sources.insert(others, std::move(source));
        return true;
    }
    const bool known = identifies(field, target.name, target.company);
    if (is_list(field)) {
        // Words in a column of ours may be separated by commas, as people write them; other lists
        // are in our form.
        source.own = source.own && target.name != "tags";
        add(Kind::list, target.name, &field, target.company, known, std::move(source));
        return true;
    }
    if (field.is(meta::many) && !source.own)
        return false;
    const Kind kind = has_date(field) ? Kind::date : is_number(field) ? Kind::number : Kind::text;
    add(kind, target.name, &field, target.company, known, std::move(source));
    return true;
}

/// FIELD=WORD and FIELD=WORD:CELLS/CELLS. Other cells than these are of the field that the column
/// is named after: a column Status of leads may say who has unsubscribed, and how far a lead is.
void RowPlan::map_switch(const Target& target, const meta::FieldInfo& field, Source&& source,
                         std::string_view key) {
    const auto colon = target.word.find(':');
    source.word = target.word.substr(0, colon);
    if (colon != std::string_view::npos) {
        const std::string_view cells = target.word.substr(colon + 1);
        const auto slash = std::min(cells.find('/'), cells.size());
        source.yes = keys_of(cells.substr(0, slash));
        source.no = keys_of(cells.substr(std::min(slash + 1, cells.size())));
        if (const meta::FieldInfo* named = entity_.find(key); named != nullptr && named != &field)
            source.otherwise = named->name();
    }
    const Kind kind = source.word == "ref" ? Kind::link : Kind::flag;
    add(kind, target.name, &field, target.company, false, std::move(source));
}

bool RowPlan::map(std::size_t column, std::string_view text, std::span<const std::string> keys,
                  std::string_view digits, bool own) {
    if (text.empty())
        return true;
    if (own && text.find_first_of("()=!") != std::string_view::npos)
        return false;
    const Target target = read_target(text, entity_.noun == "contact");
    const meta::Entity& entity = target.company ? model_.get("account") : entity_;
    Source source{.column = column, .word = std::string(target.word), .own = own};
    if (target.name == "id" || target.name == "uid") {
        add(Kind::text, target.name, nullptr, target.company, true, std::move(source));
        return true;
    }
    if (!own && (target.name == "ref" || target.name == "refs")) {
        add(Kind::ref, "refs", entity.find("refs"), target.company, true, std::move(source));
        return true;
    }
    const meta::FieldInfo* field = entity.find(target.name);
    if (target.name == "currency") {
        currencies_.push_back({column, {}});
        if (field == nullptr)
            return true;
    }
    if (target.name == "extra") {
        if (field == nullptr)
            return !own;
        add(Kind::extra, "extra", field, false, false, std::move(source));
        return true;
    }
    if (field == nullptr)
        return map_name_part(target, entity, std::move(source));
    if (field->is(meta::derived) && !own_ && target.name == "message_id") {
        source.word = message_id_prefix;
        add(Kind::ref, "refs", entity.find("refs"), target.company, true, std::move(source));
        return true;
    }
    // A history is handed on, so that the import can say that it does not take it.
    if (field->is(meta::derived) && (field->type() != meta::Type::rows || !source.own))
        return true;
    if (target.mark == '=') {
        map_switch(target, *field, std::move(source), keys[column]);
        return true;
    }
    if (is_objection(*field) && !own_) {
        source.word = "yes";
        add(Kind::flag, target.name, field, target.company, false, std::move(source));
        return true;
    }
    if (target.labels.starts_with('@'))
        source.label_column = label_column(target.labels.substr(1), digits, keys);
    else
        for (const auto label : text::split(target.labels, ','))
            if (!text::trimmed(label).empty())
                source.labels.emplace_back(text::trimmed(label));
    if (const auto mapped = map_part(target, *field, source))
        return *mapped;
    return map_field(target, *field, std::move(source));
}

bool RowPlan::map(std::size_t column, std::string_view target, std::span<const std::string> keys,
                  std::string_view digits) {
    return map(column, target, keys, digits, false);
}

bool RowPlan::map_own(std::size_t column, std::string_view field,
                      std::span<const std::string> keys) {
    return map(column, field, keys, {}, true);
}

void RowPlan::keep_as_extra(std::size_t column) {
    const meta::FieldInfo* extra = entity_.find("extra");
    add(Kind::extra, "extra", extra, false, false, {.column = column});
}

void RowPlan::finish() {
    for (const FieldPlan& plan : fields_) {
        if (plan.company)
            continue;
        if (plan.name == "given_name")
            given_name_ = plan.sources.front().column;
        if (plan.name == "middle_name")
            middle_name_ = plan.sources.front().column;
        if (plan.name == "family_name")
            family_name_ = plan.sources.front().column;
    }
}

bool RowPlan::usable() const {
    return std::ranges::any_of(
        fields_, [](const FieldPlan& plan) { return plan.identifies && !plan.company; });
}

std::vector<ColumnNotation> RowPlan::notations() const {
    std::vector<ColumnNotation> notations;
    for (const FieldPlan& plan : fields_) {
        for (const Source& source : plan.sources) {
            const meta::FieldInfo* field = source.field != nullptr ? source.field : plan.field;
            if (plan.kind == Kind::date)
                notations.emplace_back(source.column, ColumnNotation::Kind::date);
            else if (plan.kind == Kind::number || plan.kind == Kind::line_item)
                if (const auto kind = number_notation(*field); kind && is_number(*field))
                    notations.emplace_back(source.column, *kind);
        }
    }
    return notations;
}

const meta::FieldInfo* RowPlan::line_items() const {
    const auto found = std::ranges::find(fields_, Kind::line_item, &FieldPlan::kind);
    return found == fields_.end() ? nullptr : found->field;
}

std::string RowPlan::identity(std::span<const std::string_view> cells) const {
    std::string out;
    for (const FieldPlan& plan : fields_) {
        if (!plan.identifies)
            continue;
        for (const Source& source : plan.sources) {
            if (source.column < cells.size())
                out += text::trimmed(cells[source.column]);
            out += '\x1f';
        }
    }
    return out;
}

namespace {

constexpr std::uint8_t share_of_one = 1;
constexpr std::uint8_t per_cent = 2;

}  // namespace

bool ColumnNotation::is_ambiguous(std::string_view cell) const {
    switch (kind_) {
        case Kind::date:
            return std::popcount(reading_orders(cell)) > 1;
        case Kind::number:
            return std::popcount(decimal_marks(cell)) > 1;
        case Kind::share:
            return share_as_percent(cell).has_value();
    }
    return false;
}

void ColumnNotation::survey(std::string_view cell) {
    if (kind_ == Kind::share) {
        const bool has_mark = cell.find_first_of(".,") != std::string_view::npos;
        if (!share_as_percent(cell))
            seen_ |= bare(cell).empty() ? 0 : per_cent;
        else if (has_mark)
            seen_ |= share_of_one;
        return;
    }
    const std::uint8_t readings = kind_ == Kind::date ? reading_orders(cell) : decimal_marks(cell);
    if (std::popcount(readings) == 1)
        seen_ |= readings;
}

std::optional<DateOrder> ColumnNotation::order() const {
    if (kind_ != Kind::date || std::popcount(seen_) != 1)
        return std::nullopt;
    return static_cast<DateOrder>(std::countr_zero(seen_));
}

DecimalMark ColumnNotation::decimal_mark() const {
    const bool is_decided = kind_ == Kind::number && std::popcount(seen_) == 1;
    return is_decided ? static_cast<DecimalMark>(seen_) : no_mark;
}

bool ColumnNotation::is_share() const {
    return kind_ == Kind::share && seen_ == share_of_one;
}

}  // namespace crm::form
