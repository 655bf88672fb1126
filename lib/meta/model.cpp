#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "meta/entity.hpp"

namespace crm::meta {
namespace {

constexpr std::string_view address_columns[] = {"_street", "_postcode", "_city", "_region", "_country", "_type"};

std::vector<Column> columns_of(const Field& field) {
    const std::string name(field.name);
    if (!field.more.computed.empty()) return {};
    switch (field.type) {
        case Type::rows: return {};
        case Type::money: return {{name, true}, {name + "_currency", false}};
        case Type::address: {
            std::vector<Column> columns;
            for (auto part : address_columns) columns.push_back({name + std::string(part), false});
            return columns;
        }
        case Type::link:
            if (field.more.to == "any") return {{name + "_noun", true}, {name, true}};
            return {{name, true}};
        case Type::integer:
        case Type::percent:
        case Type::boolean: return {{name, true}};
        default: return {{name, false}};
    }
}

Placed placed(const Field& field, const Entity& entity, std::size_t first) {
    Placed p{.field = &field, .entity = &entity, .index = entity.fields.size(), .first = first, .cells = 0, .columns = columns_of(field), .rows = {}};
    p.cells = p.columns.size();
    return p;
}

}  // namespace

std::string Placed::table() const { return std::string(entity->noun) + "_" + std::string(field->name); }

const Placed* Entity::find(std::string_view field) const {
    auto it = std::ranges::find(fields, field, [](const Placed& p) { return p.field->name; });
    return it == fields.end() ? nullptr : &*it;
}

std::vector<std::string> Entity::field_names() const {
    std::vector<std::string> names{"id", "uid"};
    for (const auto& f : fields) names.emplace_back(f.name());
    return names;
}

Model::Model() {
    const auto all = declarations();
    entities_.resize(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Declaration& d = all[i];
        Entity& e = entities_[i];
        e.noun = d.noun, e.plural = d.plural, e.prefix = d.prefix, e.help = d.help, e.alias = d.alias, e.number = d.number;
        const auto place = [&](const Field& field) {
            if (field.type == Type::rows) {
                Placed p = placed(field, e, e.row_lists++);
                std::size_t cell = 0;
                for (const Field& inner : field.more.rows) {
                    p.rows.push_back(placed(inner, e, cell));
                    cell += p.rows.back().cells;
                }
                e.fields.push_back(std::move(p));
            } else {
                e.fields.push_back(placed(field, e, e.cells));
                e.cells += e.fields.back().cells;
            }
        };
        for (const Field& field : d.fields) place(field);
        for (const Field& field : common_fields()) place(field);
        e.name = d.name.empty() ? nullptr : e.find(d.name);
        e.columns = text::split(d.columns, ',');
        for (const auto words : {common_is(), d.is}) e.is.insert(e.is.end(), words.begin(), words.end());
    }
    // Links between fields and entities need every entity in its place.
    for (Entity& e : entities_)
        for (Placed& p : e.fields) {
            if (p.type() == Type::link) p.to = find(p.field->more.to);
            for (Placed& inner : p.rows)
                if (inner.type() == Type::link) inner.to = find(inner.field->more.to);
            if (p.is(lookup) && p.cells > 0) e.lookups.push_back(&p);
            if (p.is(mirror)) {
                for (Placed& list : e.fields)
                    if (list.name() == p.field->more.of) p.of = &list, list.mirror = &p, e.mirrored.push_back(&list);
            }
        }
}

const Entity* Model::find(std::string_view noun) const {
    for (const Entity& e : entities_)
        if (e.noun == noun || e.plural == noun || (!e.alias.empty() && e.alias == noun)) return &e;
    return nullptr;
}

const Entity* Model::by_prefix(std::string_view prefix) const {
    for (const Entity& e : entities_)
        if (e.prefix == prefix) return &e;
    return nullptr;
}

const Entity* Model::by_number(int number) const {
    for (const Entity& e : entities_)
        if (e.number == number) return &e;
    return nullptr;
}

const Entity& Model::get(std::string_view noun) const {
    if (const Entity* e = find(noun)) return *e;
    throw Error(Fault::internal, "unknown_noun", "no entity is called " + std::string(noun));
}

}  // namespace crm::meta
