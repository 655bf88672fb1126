#include "store/link.hpp"

#include "store/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace crm::store {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

/// How well a field can hold a link to a record of `to`; 0: not at all.
int fitness(const FieldInfo& field, const Entity& to) {
    const bool rows = field.type() == Type::rows;
    const FieldInfo& link = rows ? field.rows.front() : field;
    if (link.type() != Type::link || field.is(meta::mirror) || field.name() == "owner")
        return 0;
    if (link.to == nullptr)
        return rows ? 2 : 0;
    if (link.to != &to)
        return 0;
    return rows ? 3 : 1;
}

const FieldInfo* best_field(const Entity& from, const Entity& to) {
    const FieldInfo* best = nullptr;
    for (const FieldInfo& field : from.fields()) {
        const int fit = fitness(field, to);
        if (fit > 0 && (best == nullptr || fit > fitness(*best, to)))
            best = &field;
    }
    return best;
}

void apply_text(Record& record, const LinkPlace& place, Assignment::Op op, std::string text,
                Resolver& resolver, const meta::Reading& how) {
    const Assignment assignment{.field = place.field, .op = op, .text = std::move(text)};
    if (auto done = apply(record, assignment, resolver, how); !done)
        throw done.error();
}

bool has_role(const FieldInfo& rows) {
    return std::ranges::any_of(rows.rows,
                               [](const FieldInfo& inner) { return inner.name() == "role"; });
}

}  // namespace

LinkPlace link_between(const Found& one, const Found& other) {
    const FieldInfo* there = best_field(*one.entity, *other.entity);
    const FieldInfo* back = best_field(*other.entity, *one.entity);
    if (there == nullptr && back == nullptr)
        throw Error(
            Fault::refused, "no_link",
            fmt::format("a {} and a {} cannot be linked", one.entity->noun, other.entity->noun),
            fmt::format("crm fields {} lists the fields of type link", one.entity->noun));
    const bool back_is_better =
        there == nullptr ||
        (back != nullptr && fitness(*back, *one.entity) > fitness(*there, *other.entity));
    if (back_is_better)
        return {.from = other, .to = one, .field = back};
    return {.from = one, .to = other, .field = there};
}

void put_link(Record& from, const LinkPlace& place, const LinkDetails& details, Resolver& resolver,
              const meta::Reading& how) {
    const std::string id = meta::short_id(*place.to.entity, place.to.id);
    if (place.field->type() != Type::rows) {
        if (!details.role.empty())
            throw Error(
                Fault::usage, "no_role",
                fmt::format("{} of a {} has no role", place.field->name(), from.entity->noun));
        apply_text(from, place, Assignment::Op::set, id, resolver, how);
        return;
    }
    std::vector<std::string> labels;
    if (!details.role.empty())
        labels.push_back((has_role(*place.field) ? "role " : "") + details.role);
    labels.insert(labels.end(), details.dates.begin(), details.dates.end());
    const meta::Item item{id, labels};
    apply_text(from, place, Assignment::Op::add, meta::items_text(std::span(&item, 1)), resolver,
               how);
}

void take_link(Record& from, const LinkPlace& place, Resolver& resolver, const meta::Reading& how) {
    const std::string id = meta::short_id(*place.to.entity, place.to.id);
    if (place.field->type() == Type::rows)
        apply_text(from, place, Assignment::Op::remove, id, resolver, how);
    else if (from.number(*place.field) == place.to.id)
        apply_text(from, place, Assignment::Op::set, {}, resolver, how);
}

}  // namespace crm::store
