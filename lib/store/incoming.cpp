#include "store/incoming.hpp"

#include <fmt/format.h>

#include <set>

namespace crm::store {
namespace {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

std::string prefix(std::string_view alias) {
    return alias.empty() ? std::string() : std::string(alias) + ".";
}

}  // namespace

std::string IncomingLink::table() const {
    return quoted(in_rows() ? field->table() : std::string(entity->noun));
}

std::string IncomingLink::column() const {
    return quoted(link->columns.back().name);
}

std::string IncomingLink::and_noun(std::string_view alias) const {
    if (link->to != nullptr)
        return {};
    return fmt::format(" AND {}{} = {}", prefix(alias), quoted(link->columns.front().name),
                       noun_number);
}

std::string IncomingLink::leads_to(std::string_view id, std::string_view alias) const {
    return fmt::format("{}{} = {}{}", prefix(alias), column(), id, and_noun(alias));
}

std::vector<IncomingLink> incoming_links(const Entity& entity, const Entity& to) {
    std::vector<IncomingLink> out;
    const auto add = [&](const FieldInfo& field, const FieldInfo& link) {
        const bool fits = !link.computed() && link.type() == meta::Type::link &&
                          (link.to == nullptr || link.to == &to);
        if (fits)
            out.push_back({&entity, &field, &link, to.number});
    };
    for (const FieldInfo& field : entity.fields()) {
        if (field.is(meta::mirror))
            continue;
        add(field, field);
        for (const FieldInfo& inner : field.rows)
            add(field, inner);
    }
    return out;
}

std::string links_to(const Entity& entity, const Entity& to, std::string_view alias,
                     std::string_view id) {
    std::string out;
    for (const IncomingLink& link : incoming_links(entity, to)) {
        if (link.field->name() == "owner")
            continue;
        out += out.empty() ? "" : " OR ";
        if (link.in_rows())
            out += fmt::format(R"({}."id" IN (SELECT "record" FROM {} WHERE {}))", alias,
                               link.table(), link.leads_to(id));
        else
            out += "(" + link.leads_to(id, alias) + ")";
    }
    return out;
}

std::vector<std::int64_t> linking_records(Store& store, const Entity& entity, const Entity& to,
                                          std::int64_t id) {
    std::set<std::int64_t> ids;
    for (const IncomingLink& link : incoming_links(entity, to)) {
        sql::Statement get =
            store.db().prepare(fmt::format(R"(SELECT {} FROM {} WHERE {})", link.record_column(),
                                           link.table(), link.leads_to("?1")));
        for (get.with(id); get.step();)
            ids.insert(get.integer(0));
    }
    return {ids.begin(), ids.end()};
}

}  // namespace crm::store
