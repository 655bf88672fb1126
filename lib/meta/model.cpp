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

Placed placed(const Field& field, const Entity& entity, std::size_t index, std::size_t first) {
    Placed p{.field = &field, .entity = &entity, .index = index, .first = first, .cells = 0, .columns = columns_of(field), .rows = {}};
    p.cells = p.columns.size();
    return p;
}

}  // namespace

std::string Placed::table() const { return std::string(entity->noun) + "_" + std::string(field->name); }

const Placed* Entity::find(std::string_view field) const {
    const auto it = std::ranges::find(fields(), field, [](const Placed& p) { return p.field->name; });
    return it == fields().end() ? nullptr : &*it;
}

std::vector<std::string> Entity::field_names() const {
    std::vector<std::string> names{"id", "uid"};
    for (const auto& f : fields()) names.emplace_back(f.name());
    return names;
}

void Entity::Body::place(const Field& field, const Entity& entity) {
    if (field.type != Type::rows) {
        fields.push_back(placed(field, entity, fields.size(), cells));
        cells += fields.back().cells;
        return;
    }
    Placed& p = fields.emplace_back(placed(field, entity, fields.size(), row_lists++));
    p.rows.reserve(field.more.rows.count);
    std::size_t cell = 0;
    for (const Field& inner : field.more.rows) {
        p.rows.push_back(placed(inner, entity, p.index, cell));
        cell += p.rows.back().cells;
    }
}

void Entity::place() const {
    const Declaration& d = *declared_;
    Body& body = body_;
    body.fields.reserve(d.fields.count + common_fields().size());  // others point to them
    for (const Field& field : d.fields) body.place(field, *this);
    for (const Field& field : common_fields()) body.place(field, *this);
    body.columns = text::split(d.columns, ',');
    for (const auto words : {common_is(), d.is}) body.is.insert(body.is.end(), words.begin(), words.end());
    for (Placed& p : body.fields) {
        if (p.name() == d.name) body.name = &p;
        if (p.type() == Type::link) p.to = model_->find(p.field->more.to);
        for (Placed& inner : p.rows)
            if (inner.type() == Type::link) inner.to = model_->find(inner.field->more.to);
        if (p.is(lookup) && p.cells > 0) body.lookups.push_back(&p);
        if (p.is(mirror)) {
            for (Placed& list : body.fields)
                if (list.name() == p.field->more.of) p.of = &list, list.mirror = &p, body.mirrored.push_back(&list);
        }
    }
}

Model::Model() : entities_(declarations().size()) {
    const auto all = declarations();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Declaration& d = all[i];
        Entity& e = entities_[i];
        e.noun = d.noun, e.plural = d.plural, e.prefix = d.prefix, e.help = d.help, e.alias = d.alias, e.number = d.number;
        e.declared_ = &d, e.model_ = this;
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
