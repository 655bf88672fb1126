#include "meta/entity.hpp"
#include "meta/nouns/activities.hpp"
#include "meta/nouns/calendars.hpp"
#include "meta/nouns/knowledge.hpp"
#include "meta/nouns/marketing.hpp"
#include "meta/nouns/people.hpp"
#include "meta/nouns/sales.hpp"
#include "meta/nouns/service.hpp"

#include <algorithm>
#include <array>

namespace crm::meta {
namespace {

using enum Type;

/// The declarations of every file in nouns/, in the order of their numbers.
template <std::size_t... n>
consteval auto collected(const Declaration (&... files)[n]) {
    std::array<Declaration, (n + ...)> all{};
    auto* next = all.begin();
    ((next = std::ranges::copy(files, next).out), ...);
    std::ranges::sort(all, {}, &Declaration::number);
    return all;
}
constexpr auto all = collected(nouns::people_nouns, nouns::sales_nouns, nouns::activities_nouns,
                               nouns::marketing_nouns, nouns::service_nouns, nouns::knowledge_nouns,
                               nouns::calendar_nouns);

consteval bool known(std::string_view noun) {
    return noun == "any" ||
           std::ranges::any_of(all, [&](const Declaration& d) { return d.noun == noun; });
}

consteval bool sound(Fields fields, bool inner) {
    for (const Field* f = fields.begin(); f != fields.end(); ++f) {
        for (const Field* g = f + 1; g != fields.end(); ++g)
            if (f->name == g->name)
                return false;
        if (f->help.empty())
            return false;
        if (f->type == choice && f->more.words.empty())
            return false;
        if (f->type == link && (f->more.to.empty() || !known(f->more.to)))
            return false;
        if (!f->more.computed.empty() && !f->is(derived))
            return false;
        if (f->type == rows && (inner || f->more.rows.empty() || !sound(f->more.rows, true)))
            return false;
        if (f->is(mirror) && std::none_of(fields.begin(), fields.end(), [&](const Field& l) {
                return l.name == f->more.of && l.is(many);
            }))
            return false;
        if (!inner)
            for (const Field& c : nouns::common)
                if (c.name == f->name)
                    return false;
    }
    return true;
}

/// Whether the fields of an identity are there and have one value each.
consteval bool has_identity(const Declaration& d) {
    std::string_view rest = d.identity.fields;
    while (!rest.empty()) {
        const std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        const auto is_it = [&](const Field& field) {
            return field.name == name && !field.is(many) && field.type != rows &&
                   (!d.identity.unique || field.type == link);
        };
        if (std::none_of(d.fields.begin(), d.fields.end(), is_it) &&
            std::ranges::none_of(nouns::common, is_it))
            return false;
    }
    return true;
}

consteval bool sound() {
    for (const Declaration* d = std::begin(all); d != std::end(all); ++d) {
        if (!has_identity(*d))
            return false;
        if (!sound(d->fields, false) || d->number < 1 || d->number > 63 || d->columns.empty())
            return false;
        for (const Declaration* e = d + 1; e != std::end(all); ++e)
            if (d->noun == e->noun || d->prefix == e->prefix || d->number == e->number ||
                (d->role != Role::none && d->role == e->role))
                return false;
    }
    return sound(Fields(nouns::common), true);
}
static_assert(
    sound(),
    "a duplicate name or role, a dangling link, a choice without words, an unknown field of an "
    "identity or a missing help line");

}  // namespace

std::span<const Declaration> declarations() {
    return all;
}
std::span<const Field> common_fields() {
    return nouns::common;
}
std::span<const Is> common_is() {
    return nouns::common_is;
}

}  // namespace crm::meta
