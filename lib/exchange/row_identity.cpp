#include "exchange/row_identity.hpp"

#include "base/text.hpp"
#include "exchange/incoming_row.hpp"
#include "store/resolve.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace crm::exchange {

using meta::FieldInfo;
using meta::Type;
using store::Record;

namespace {

/// Whether the field has one value that a row may say.
bool is_single(const FieldInfo& field) {
    return !field.is(meta::many) && !field.is(meta::derived) && !field.is(meta::mirror) &&
           field.type() != Type::rows && &field != field.entity->name();
}

/// The text of a link, as the row has it; null where it has none.
const std::string* link_text(const IncomingRow& row, const FieldInfo& field) {
    const auto found = std::ranges::find(row.links, &field, &IncomingRow::FieldText::first);
    return found == row.links.end() ? nullptr : &found->second;
}

std::string value_text(const IncomingRow& row, const FieldInfo& field) {
    if (const std::string* link = link_text(row, field))
        return text::folded(*link);
    std::string out;
    if (!has_value(row.record, field))
        return out;
    for (const Value& cell : row.record.of(field)) {
        if (const auto* text = std::get_if<std::string>(&cell))
            out +=
                field.is(meta::unique) || field.type() == Type::text ? text::folded(*text) : *text;
        else if (const auto* number = std::get_if<std::int64_t>(&cell))
            out += std::to_string(*number);
        out += '\x1f';
    }
    return out;
}

/// What a link of a row leads to, as its cells; nothing where it names no record.
std::vector<Value> linked(const std::string& text, const FieldInfo& field, ImportContext& context) {
    context.resolver.loose = true;
    const auto found = context.resolver.find(text, field.to);
    if (!found)
        return {};
    if (field.to != nullptr)
        return {Value(found->id)};
    return {Value(std::int64_t{found->entity->number}), Value(found->id)};
}

bool same_cell(const Value& a, const Value& b) {
    const auto* one = std::get_if<std::string>(&a);
    const auto* other = std::get_if<std::string>(&b);
    return one != nullptr && other != nullptr ? text::folded(*one) == text::folded(*other) : a == b;
}

}  // namespace

Traits traits_of(const IncomingRow& row, const ImportContext& context) {
    Traits traits;
    const auto add = [&](const FieldInfo& field) {
        if (const std::string text = value_text(row, field); !text.empty())
            traits.push_back({field.index, context.hash(text)});
    };
    const meta::Entity& entity = row.entity();
    if (entity.name_describes()) {
        for (const FieldInfo& field : entity.fields())
            if (is_single(field))
                add(field);
    } else {
        for (const FieldInfo* field : entity.identity())
            add(*field);
    }
    return traits;
}

bool contradict(const Traits& a, const Traits& b) {
    for (const Trait& one : a) {
        const auto other = std::ranges::find(b, one.field, &Trait::field);
        if (other != b.end() && other->value != one.value)
            return true;
    }
    return false;
}

void add_missing(Traits& traits, const Traits& more) {
    for (const Trait& trait : more)
        if (std::ranges::find(traits, trait.field, &Trait::field) == traits.end())
            traits.push_back(trait);
}

bool has_whole_identity(const IncomingRow& row) {
    const meta::Entity& entity = row.entity();
    return !entity.identity_needs_all() ||
           std::ranges::all_of(entity.identity(), [&](const FieldInfo* field) {
               return field->is(meta::unique) || has_value(row.record, *field) ||
                      link_text(row, *field) != nullptr;
           });
}

bool same_identity(const meta::Entity& entity, const Traits& row, const Traits& record) {
    if (!entity.identity_needs_all())
        return !contradict(row, record);
    return !contradict(row, record) &&
           std::ranges::all_of(entity.identity(), [&](const FieldInfo* field) {
               return field->is(meta::unique) ||
                      std::ranges::find(record, field->index, &Trait::field) != record.end();
           });
}

bool contradicts(const IncomingRow& row, const Record& stored, ImportContext& context) {
    return std::ranges::any_of(row.entity().identity(), [&](const FieldInfo* field) {
        if (!has_value(stored, *field))
            return row.entity().identity_needs_all() && !field->is(meta::unique);
        if (const std::string* link = link_text(row, *field))
            return !std::ranges::equal(linked(*link, *field, context), stored.of(*field));
        return has_value(row.record, *field) &&
               !std::ranges::equal(row.record.of(*field), stored.of(*field), same_cell);
    });
}

std::vector<const FieldInfo*> telling_fields(const meta::Entity& entity) {
    std::vector<const FieldInfo*> fields;
    for (const FieldInfo& field : entity.fields())
        if (is_single(field))
            fields.push_back(&field);
    return fields;
}

std::size_t count_of_values(const IncomingRow& row) {
    return static_cast<std::size_t>(std::ranges::count_if(
        row.entity().fields(),
        [&](const FieldInfo& field) { return is_single(field) && has_value(row.record, field); }));
}

std::string cells_text(std::span<const Value> cells) {
    std::string out;
    for (const Value& cell : cells) {
        if (const auto* text = std::get_if<std::string>(&cell))
            out += text::folded(*text);
        else if (const auto* number = std::get_if<std::int64_t>(&cell))
            out += std::to_string(*number);
        out += '\x1f';
    }
    return out;
}

std::optional<std::string> identity_value(const IncomingRow& row, const FieldInfo& field,
                                          ImportContext& context) {
    if (const std::string* link = link_text(row, field))
        return cells_text(linked(*link, field, context));
    if (!has_value(row.record, field))
        return std::nullopt;
    return cells_text(row.record.of(field));
}

std::vector<std::string> systems_of(const Record& record) {
    std::vector<std::string> systems;
    for (const meta::Item& ref : meta::read_items(record.text("refs")))
        systems.push_back(ref.value.substr(0, ref.value.find(':')));
    std::ranges::sort(systems);
    systems.erase(std::ranges::unique(systems).begin(), systems.end());
    std::erase(systems, "uid");
    return systems;
}

std::size_t agreement(const IncomingRow& row, const Record& stored) {
    return static_cast<std::size_t>(
        std::ranges::count_if(row.entity().fields(), [&](const FieldInfo& field) {
            return is_single(field) && has_value(row.record, field) &&
                   std::ranges::equal(row.record.of(field), stored.of(field), same_cell);
        }));
}

}  // namespace crm::exchange
