#include "query/path.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/computed.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crm::query {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

constexpr std::size_t longest_path = 6;

const FieldInfo* field_of(Place place, std::string_view name) {
    if (!place.rows)
        return place.entity->find(name);
    const auto it = std::ranges::find(place.rows->rows, name, &FieldInfo::name);
    return it == place.rows->rows.end() ? nullptr : &*it;
}

Link link_of(const FieldInfo& field, const FieldInfo* rows = nullptr) {
    Link link{.column = field.columns.back().name, .rows = rows};
    if (field.columns.size() > 1)
        link.noun_column = field.columns.front().name;
    link.until = rows && std::ranges::find(rows->rows, std::string_view("until"),
                                           &FieldInfo::name) != rows->rows.end();
    return link;
}

bool leads_to(const FieldInfo& field, const Entity& entity) {
    return field.type() == Type::link && !field.is(meta::mirror) &&
           (field.to == &entity || field.to == nullptr);
}

/// Calls `visit(noun entity, word or "", link)` for every link that leads to `entity`. The word is
/// the link's own name on this side; without one it is reached by its noun.
template <class Visit>
void each_link_to(const Entity& entity, const meta::Model& model, Visit visit) {
    for (const Entity& other : model.entities())
        for (const FieldInfo& field : other.fields()) {
            if (leads_to(field, entity))
                visit(other, field.field->more.reverse, link_of(field));
            for (const FieldInfo& inner : field.rows)
                if (leads_to(inner, entity))
                    visit(other, inner.field->more.reverse, link_of(inner, &field));
        }
}

bool is_noun(const Entity& entity, std::string_view word) {
    return word == entity.noun || word == entity.plural ||
           (!entity.alias.empty() && word == entity.alias);
}

std::vector<std::string> part_names(const FieldInfo& field) {
    std::vector<std::string> names;
    for (const auto& c : field.columns)
        if (c.name.size() > field.name().size())
            names.push_back(c.name.substr(field.name().size() + 1));
    return names;
}

class Follower {
public:
    Follower(std::span<const Name> path, Place from, const Context& context, std::string_view query)
        : path_(path), place_(from), context_(context), query_(query) {}

    Route run(std::size_t skip) {
        if (path_.size() > longest_path)
            throw trouble("query_too_large", "the path is too long", "", query_, path_[0].at);
        for (at_ = skip; at_ < path_.size();)
            if (step())
                return std::move(route_);
        // Only reached when the last step is the record that was asked for, or there was none.
        if (route_.steps.empty()) {
            route_.target.kind = Target::Kind::self;
            route_.target.place = place_;
        } else {
            route_.target.kind = Target::Kind::record;
            route_.target.step = std::move(route_.steps.back());
            route_.steps.pop_back();
            route_.target.place = route_.target.step.from;
        }
        return std::move(route_);
    }

private:
    bool last() const { return at_ + 1 == path_.size(); }

    void go(Step::Kind kind, Place to, std::vector<Link> links) {
        route_.steps.push_back({kind, place_, to, std::move(links), at_});
        place_ = to;
    }

    /// Takes one name or two; true when the path is at its target.
    bool step() {
        const std::string& name = path_[at_].text;
        if (const FieldInfo* field = field_of(place_, name))
            return into(*field);
        if (place_.rows) {
            // What a row has not, the record has that it is about: accounts.industry,
            // registrations.contact.
            if (const FieldInfo& first = place_.rows->rows.front(); first.type() == Type::link) {
                const Entity* to = first.to != nullptr ? first.to : context_.model.find(name);
                if (to != nullptr && (first.to == nullptr || knows({to, nullptr}, name))) {
                    if (first.to == nullptr)
                        ++at_;
                    go(Step::Kind::forward, {to, nullptr}, {link_of(first)});
                    return false;
                }
            }
        } else {
            if (name == "id" || name == "uid" || name == "is") {
                if (!last())
                    no_parts(name);
                route_.target.kind = name == "id"    ? Target::Kind::id
                                     : name == "uid" ? Target::Kind::uid
                                                     : Target::Kind::is;
                route_.target.place = place_;
                return true;
            }
            if (back(name))
                return false;
        }
        unknown(name);
    }

    bool into(const FieldInfo& field) {
        route_.target.field = &field;
        if (field.type() == Type::rows) {
            ++at_;
            go(Step::Kind::child, {place_.entity, &field}, {});
            // Who asks for the days themselves asks for past rows too.
            const bool days =
                at_ < path_.size() && (path_[at_].text == "until" || path_[at_].text == "since");
            route_.steps.back().current = !days && link_of(field.rows.front(), &field).until;
            return false;
        }
        if (field.type() == Type::link) {
            const Entity* to = field.to;
            if (!to && !last()) {
                ++at_;
                to = context_.model.find(path_[at_].text);
                if (!to)
                    any_noun(field);
            }
            ++at_;
            go(Step::Kind::forward, {to, nullptr}, {link_of(field)});
            return false;
        }
        if (field.columns.empty() && !field.computed())
            throw trouble("unknown_field",
                          fmt::format("{} has no stored value to search", field.name()), "", query_,
                          path_[at_].at);
        Target& target = route_.target;
        target.place = place_;
        if (field.computed())
            target.columns = sql::cells(field, "$");
        for (const auto& c : field.columns)
            target.columns.push_back(c.name);
        std::string words(field.name());
        if (!last()) {
            words = part(field);
            target.columns = {words};
        }
        if (!place_.rows && !context_.trash)
            for (const auto& column : sql::words_columns(*place_.entity))
                if (column.name == words)
                    target.words = words;
        return true;
    }

    std::string part(const FieldInfo& field) {
        const auto names = part_names(field);
        const Name& name = path_[at_ + 1];
        if (names.empty())
            no_parts(field.name());
        if (std::ranges::find(names, name.text) == names.end())
            suggest(fmt::format("{} has no part '{}'", field.name(), name.text), name, names);
        ++at_;
        if (!last())
            no_parts(name.text);
        return fmt::format("{}_{}", field.name(), name.text);
    }

    bool knows(Place place, const std::string& name) const {
        const auto words = path_words(place, context_.model);
        return std::ranges::find(words, name) != words.end();
    }

    /// By a noun (all links without a name of their own) or by such a name.
    bool back(std::string_view word) {
        const Entity* noun = nullptr;
        std::vector<Link> links;
        each_link_to(*place_.entity, context_.model,
                     [&](const Entity& other, std::string_view own, Link link) {
                         if (own.empty() ? !is_noun(other, word) : own != word)
                             return;
                         if (noun && noun != &other)
                             return;
                         noun = &other;
                         links.push_back(std::move(link));
                     });
        if (!noun)
            return false;
        ++at_;
        go(Step::Kind::back, {noun, nullptr}, std::move(links));
        return true;
    }

    [[noreturn]] void suggest(std::string message, const Name& name,
                              const std::vector<std::string>& among) const {
        Error e = trouble("unknown_field", std::move(message), "", query_, name.at);
        crm::suggest(e, name.text, among);
        throw e;
    }
    [[noreturn]] void unknown(const std::string& name) const {
        const auto where = place_.rows
                               ? fmt::format("{} of {}", place_.rows->name(), place_.entity->noun)
                               : std::string(place_.entity->noun);
        Error e = trouble("unknown_field", fmt::format("{} has no field '{}'", where, name), "",
                          query_, path_[at_].at);
        crm::suggest(e, name, path_words(place_, context_.model));
        if (e.hint.empty())
            e.hint =
                fmt::format("crm fields {} lists them; a text with a colon is quoted: '\"{}:…\"'",
                            place_.entity->noun, name);
        throw e;
    }
    [[noreturn]] void no_parts(std::string_view name) const {
        throw trouble("unknown_field", fmt::format("{} has no parts", name), "", query_,
                      path_[at_ + 1].at);
    }
    [[noreturn]] void any_noun(const FieldInfo& field) const {
        std::vector<std::string> nouns;
        for (const Entity& e : context_.model.entities())
            nouns.emplace_back(e.noun);
        suggest(fmt::format("{} may be any record; a noun must follow", field.name()), path_[at_],
                nouns);
    }

    std::span<const Name> path_;
    Place place_;
    const Context& context_;
    std::string_view query_;
    std::size_t at_ = 0;
    Route route_;
};

}  // namespace

Route follow(std::span<const Name> path, std::size_t skip, Place from, const Context& context,
             std::string_view query) {
    return Follower(path, from, context, query).run(skip);
}

std::vector<std::string> path_words(Place place, const meta::Model& model) {
    std::vector<std::string> words;
    if (place.rows) {
        for (const FieldInfo& f : place.rows->rows)
            words.emplace_back(f.name());
        if (const Entity* to = place.rows->rows.front().to)
            for (const FieldInfo& f : to->fields())
                words.emplace_back(f.name());
        return words;
    }
    words = place.entity->field_names();
    words.emplace_back("is");
    each_link_to(*place.entity, model, [&](const Entity& other, std::string_view own, const Link&) {
        for (const auto word :
             own.empty() ? std::array{other.noun, other.plural} : std::array{own, own})
            if (std::ranges::find(words, word) == words.end())
                words.emplace_back(word);
    });
    return words;
}

}  // namespace crm::query
