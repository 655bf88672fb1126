#include "people/duplicate_records.hpp"

#include "base/names.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "store/columns.hpp"

#include <algorithm>
#include <charconv>

namespace crm::people {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using Kind = DupeColumn::Kind;

/// A field, or a part of an address, that says who or what a record is.
struct Trait {
    const FieldInfo* field = nullptr;
    int part = -1;  ///< of an address
    DupeColumn column;
};

/// Parts of an address by their place among its cells.
constexpr int street = 0;
constexpr int postcode = 1;
constexpr int city = 2;

/// Shorter telephone numbers are extensions, which many have.
constexpr std::size_t shortest_phone = 7;

std::vector<Trait> traits_of(const FieldInfo& field, const Entity& entity) {
    const std::string name(field.name());
    if (&field == entity.name())
        return {{&field, -1, {name, Kind::name}}};
    if (field.is(meta::mirror) && field.type() != Type::link)
        return {};
    switch (field.type()) {
        case Type::email:
            return {{&field, -1, {"e-mail", Kind::email}}};
        case Type::phone:
            return {{&field, -1, {"phone", Kind::value}}};
        case Type::birthday:
            return {{&field, -1, {name, Kind::date}}};
        case Type::address:
            return {{&field, street, {"street", Kind::text}},
                    {&field, postcode, {"postcode", Kind::code}},
                    {&field, city, {"city", Kind::text}}};
        default:
            break;
    }
    if (name == "domains")
        return {{&field, -1, {"domain", Kind::value}}};
    if (name == "account" || name == "company")
        return {{&field, -1, {"company", Kind::name}}};
    if (name == "serial" || name == "sku")
        return {{&field, -1, {name, Kind::code}}};
    return {};
}

std::vector<Trait> traits(const Entity& entity) {
    std::vector<Trait> out;
    const FieldInfo* address = nullptr;  // the first one is enough to say where
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() == Type::address && address != nullptr)
            continue;
        if (field.type() == Type::address)
            address = &field;
        for (Trait& trait : traits_of(field, entity))
            out.push_back(std::move(trait));
    }
    // People share these with their colleagues and families.
    const bool people = entity.name() != nullptr && entity.name()->is(meta::personal);
    for (Trait& trait : out)
        trait.column.shared =
            people && (trait.field->type() == Type::phone || trait.field->type() == Type::address ||
                       trait.column.name == "company");
    return out;
}

/// The folded values of a trait, separated by '\n'.
std::string value_of(const Trait& trait, std::span<const View> cells, const Entity& entity) {
    std::string out;
    const auto add = [&](std::string value) {
        if (value.empty())
            return;
        std::ranges::replace(value, '\n', ' ');
        out += (out.empty() ? "" : "\n") + value;
    };
    const FieldInfo& field = *trait.field;
    if (trait.part >= 0)
        return text::folded(cells[static_cast<std::size_t>(trait.part)].text);
    if (field.type() == Type::phone) {
        meta::each_value(field, cells[0].text, [&](std::string_view phone) {
            if (phone_digits(phone).size() >= shortest_phone)
                add(phone_key(phone));
        });
    } else if (field.type() == Type::link) {
        add(text::folded(name_key(cells[1].text)));
    } else if (&field == entity.name()) {
        add(entity.noun == "account" ? name_key(cells[0].text) : text::words(cells[0].text));
    } else if (field.is(meta::many)) {
        meta::each_value(field, cells[0].text,
                         [&](std::string_view value) { add(text::folded(value)); });
    } else {
        add(text::folded(cells[0].text));
    }
    return out;
}

std::int64_t number_of(std::string_view short_id, const Entity& entity) {
    const std::string_view digits = short_id.substr(entity.prefix.size());
    std::int64_t id = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), id);
    return id;
}

}  // namespace

bool comparable(const Entity& entity) {
    return !traits(entity).empty();
}

ComparedRecords compared_records(store::Selection& selection) {
    const Entity& entity = selection.entity();
    const std::vector<Trait> compared = traits(entity);
    ComparedRecords out;
    std::vector<std::string> paths{"id"};
    for (const Trait& trait : compared) {
        out.table.columns.push_back(trait.column);
        paths.emplace_back(trait.field->name());
    }
    selection.columns.clear();
    store::add_columns(selection, paths);
    selection.each([&](std::span<const std::span<const View>> cells) {
        out.ids.push_back(number_of(cells[0][0].text, entity));
        std::vector<std::string>& row = out.table.rows.emplace_back();
        for (std::size_t i = 0; i < compared.size(); ++i)
            row.push_back(value_of(compared[i], cells[i + 1], entity));
        return true;
    });
    return out;
}

std::string reasons(const DupeTable& table, const DupePair& pair) {
    const auto columns_that = [&](Agreement agreement) {
        std::string names;
        for (std::size_t i = 0; i < pair.columns.size(); ++i)
            if (pair.columns[i] == agreement)
                names += (names.empty() ? "" : ", ") + table.columns[i].name;
        return names;
    };
    std::vector<std::string> parts;
    if (const std::string same = columns_that(Agreement::same); !same.empty())
        parts.push_back("same " + same);
    if (const std::string near = columns_that(Agreement::near); !near.empty())
        parts.push_back(near + " alike");
    if (const std::string other = columns_that(Agreement::differs); !other.empty())
        parts.push_back("other " + other);
    return text::joined(parts, "; ");
}

std::map<std::int64_t, std::vector<std::int64_t>> duplicate_groups(
    const std::vector<DupePair>& pairs, const std::vector<std::int64_t>& ids) {
    std::map<std::int64_t, std::int64_t> above;  // a smaller id of the same group
    const auto oldest = [&](std::int64_t id) {
        while (above.contains(id) && above[id] != id)
            id = above[id];
        return id;
    };
    for (const DupePair& pair : pairs) {
        const std::int64_t a = oldest(ids[pair.a]);
        const std::int64_t b = oldest(ids[pair.b]);
        if (a != b)
            above[std::max(a, b)] = std::min(a, b);
    }
    std::map<std::int64_t, std::vector<std::int64_t>> out;
    for (const auto& [id, smaller] : above)
        out[oldest(id)].push_back(id);
    return out;
}

void merge_groups(
    store::Writer& writer, const Entity& entity,
    const std::map<std::int64_t, std::vector<std::int64_t>>& groups,
    const std::function<void(const store::Record& kept, const store::Record& dropped)>& merged) {
    store::Store& store = writer.store();
    for (const auto& [keep, others] : groups)
        for (const std::int64_t id : others) {
            const store::Record dropped = store.get(entity, id);
            merged(store::merge(writer, store.get(entity, keep), dropped).kept, dropped);
        }
}

}  // namespace crm::people
