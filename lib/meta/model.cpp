#include "base/error.hpp"
#include "base/text.hpp"
#include "meta/entity.hpp"

#include <algorithm>

namespace crm::meta {
namespace {

constexpr std::string_view address_columns[] = {"_street", "_postcode", "_city",
                                                "_region", "_country",  "_type"};

std::vector<Column> columns_of(const Field& field) {
    const std::string name(field.name);
    if (!field.more.computed.empty())
        return {};
    switch (field.type) {
        case Type::rows:
            return {};
        case Type::money:
            return {{name, true}, {name + "_currency", false}};
        case Type::address: {
            std::vector<Column> columns;
            for (auto part : address_columns)
                columns.push_back({name + std::string(part), false});
            return columns;
        }
        case Type::link:
            if (field.more.to == "any")
                return {{name + "_noun", true}, {name, true}};
            return {{name, true}};
        case Type::integer:
        case Type::percent:
        case Type::boolean:
            return {{name, true}};
        default:
            return {{name, false}};
    }
}

FieldInfo placed(const Field& field, const Entity& entity, std::size_t index, std::size_t first) {
    FieldInfo p{.field = &field,
                .entity = &entity,
                .index = index,
                .first = first,
                .cells = 0,
                .columns = columns_of(field),
                .rows = {}};
    p.cells = p.columns.size();
    return p;
}

}  // namespace

std::string FieldInfo::table() const {
    return std::string(entity->noun) + "_" + std::string(field->name);
}

const FieldInfo* Entity::find(std::string_view field) const {
    const auto it = body().by_name.find(field);
    return it == body().by_name.end() ? nullptr : it->second;
}

std::vector<std::string> Entity::field_names() const {
    std::vector<std::string> names{"id", "uid"};
    for (const auto& f : fields())
        names.emplace_back(f.name());
    return names;
}

void Entity::Body::place(const Field& field, const Entity& entity, const Model& model) {
    FieldInfo& p = fields.emplace_back(
        placed(field, entity, fields.size(), field.type == Type::rows ? row_lists++ : cells));
    by_name.emplace(p.name(), &p);
    cells += p.cells;
    if (p.type() == Type::link)
        p.to = model.find(field.more.to);
    if (field.type == Type::rows) {
        p.rows.reserve(field.more.rows.count);
        std::size_t cell = 0;
        for (const Field& inner : field.more.rows) {
            p.rows.push_back(placed(inner, entity, p.index, cell));
            cell += p.rows.back().cells;
            if (inner.type == Type::link)
                p.rows.back().to = model.find(inner.more.to);
        }
    }
    if (p.is(lookup) && p.cells > 0)
        lookups.push_back(&p);
}

void Entity::place() const {
    const Declaration& d = *declared_;
    Body& body = body_;
    for (const Field& field : d.fields)
        body.place(instead_ != nullptr && instead_->name == field.name ? *instead_ : field, *this,
                   *model_);
    for (const Field& field : common_fields())
        body.place(field, *this, *model_);
    for (const Field* field : custom_)
        body.place(*field, *this, *model_);
    body.columns = text::split(d.columns, ',');
    for (const auto words : {common_is(), d.is})
        body.is.insert(body.is.end(), words.begin(), words.end());
    const auto telling = text::split(d.identity.fields, ',');
    for (FieldInfo& p : body.fields) {
        if (d.identity.unique && std::ranges::find(telling, p.name()) != telling.end())
            body.unique_together.push_back(&p);
        if (p.name() == d.name)
            body.name = &p;
        else if (std::ranges::find(telling, p.name()) != telling.end() ||
                 (p.is(unique) && !p.is(many)))
            body.identity.push_back(&p);
        if (!p.is(mirror))
            continue;
        for (FieldInfo& list : body.fields)
            if (list.name() == p.field->more.of)
                p.of = &list, list.mirror = &p, body.mirrored.push_back(&list);
    }
}

void Model::add(const Custom& declared) {
    const auto it = std::ranges::find(entities_, declared.noun, &Entity::noun);
    if (it == entities_.end() || it->find(declared.name) != nullptr)
        return;
    Kept& kept = custom_.emplace_back(declared);
    kept.words.assign(kept.text.words.begin(), kept.text.words.end());
    kept.field = {.name = kept.text.name,
                  .type = kept.text.type,
                  .help = kept.text.help,
                  .flags = kept.text.flags,
                  .more = {.to = kept.text.to,
                           .words = kept.words,
                           .least = kept.text.least,
                           .most = kept.text.most}};
    it->custom_.push_back(&kept.field);
    it->body_.place(kept.field, *it, *this);
}

void Model::set_stages(Stages stages) {
    stages_ = std::move(stages);
    const auto deal = std::ranges::find(entities_, "deal", &Entity::noun);
    for (const Field& field : deal->declared_->fields)
        if (field.name == "stage")
            stage_field_ = field;
    stage_field_->more.words = stages_.names();
    stage_field_->more.initial = stages_.names().front();
    deal->instead_ = &*stage_field_;
}

Model::Model() : entities_(declarations().size()) {
    const auto all = declarations();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Declaration& d = all[i];
        Entity& e = entities_[i];
        e.noun = d.noun;
        e.plural = d.plural;
        e.prefix = d.prefix;
        e.help = d.help;
        e.alias = d.alias;
        e.number = d.number;
        e.role = d.role;
        e.declared_ = &d;
        e.model_ = this;
    }
}

const Entity* Model::find(std::string_view noun) const {
    for (const Entity& e : entities_)
        if (e.noun == noun || e.plural == noun || (!e.alias.empty() && e.alias == noun))
            return &e;
    return nullptr;
}

const Entity& Model::with(Role role) const {
    const auto it = std::ranges::find(entities_, role, &Entity::role);
    if (it == entities_.end())
        throw Error(Fault::internal, "internal", "no noun has the role");
    return *it;
}

const Entity* Model::by_prefix(std::string_view prefix) const {
    for (const Entity& e : entities_)
        if (e.prefix == prefix)
            return &e;
    return nullptr;
}

const Entity* Model::by_number(int number) const {
    for (const Entity& e : entities_)
        if (e.number == number)
            return &e;
    return nullptr;
}

const Entity& Model::get(std::string_view noun) const {
    if (const Entity* e = find(noun))
        return *e;
    throw Error(Fault::internal, "unknown_noun", "no entity is called " + std::string(noun));
}

}  // namespace crm::meta
