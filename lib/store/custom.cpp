#include "store/custom.hpp"

#include "base/number.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"
#include "sql/schema.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {

using meta::Custom;
using meta::Entity;
using meta::FieldInfo;
using meta::Type;

namespace {

Expected<Custom> read_custom(std::string_view noun, std::string_view name, std::string_view type,
                             std::string_view range, std::string_view words, std::string_view to,
                             bool searched, std::string_view help) {
    Custom c{.noun = std::string(noun),
             .name = std::string(name),
             .help = std::string(help),
             .to = std::string(to)};
    if (c.help.empty())
        c.help = "a field of your own";
    if (const auto known = meta::type_named(type))
        c.type = *known;
    if (searched)
        c.flags |= meta::searched;
    for (std::string_view word : text::split(words, ','))
        if (word = text::trimmed(word); !word.empty())
            c.words.emplace_back(word);
    if ((c.type == Type::choice) == c.words.empty())
        return failure(Fault::usage, "wrong_field",
                       c.words.empty() ? "a field of type choice requires its valid values"
                                       : "only a field of type choice has a list of valid values",
                       "--type choice --words small,medium,large");
    if ((c.type == Type::link) == c.to.empty())
        return failure(Fault::usage, "wrong_field",
                       c.to.empty() ? "a field of type link requires a noun to link to"
                                    : "only a field of type link has a noun to link to",
                       "--type link --to account");
    if (range.empty())
        return c;
    if (c.type != Type::integer)
        return failure(Fault::usage, "wrong_field", "only a field of type integer has a range",
                       "--type integer --range 0..10");
    const auto dots = range.find("..");
    const auto bound = [&](std::string_view text, std::int64_t& into) {
        if (text.empty())
            return true;
        const auto number = whole_text_as<std::int64_t>(text);
        into = number.value_or(into);
        return number.has_value();
    };
    if (dots == std::string_view::npos || range.size() == 2 ||
        !bound(range.substr(0, dots), c.least) || !bound(range.substr(dots + 2), c.most) ||
        c.least > c.most)
        return failure(
            Fault::usage, "wrong_field",
            fmt::format("'{}' is not a range of whole numbers", text::clipped(range, 40)),
            "0..10, 1.., ..5");
    return c;
}

Expected<Custom> read_custom(const Record& record) {
    const auto text = [&](std::string_view field) {
        return record.text(*record.entity->find(field));
    };
    const Value& searched = record.of(*record.entity->find("searched")).front();
    return read_custom(text("noun"), text("name"), text("type"), text("range"), text("words"),
                       text("to"), searched == Value(std::int64_t{1}), text("description"));
}

template <class Each>
void each_custom(sql::Connection& db, bool trash, Each each) {
    if (!db.has_table("field"))
        return;
    sql::Statement get = db.prepare(fmt::format(
        R"(SELECT "noun", "name", "type", "range", "words", "to", "searched", "description"
           FROM "field"
           WHERE {}
           ORDER BY "id")",
        trash ? sql::in_trash() : sql::live()));
    while (get.step())
        if (const auto custom =
                read_custom(get.text(0), get.text(1), get.text(2), get.text(3), get.text(4),
                            get.text(5), get.integer(6) != 0, get.text(7)))
            each(*custom);
}

/// The declaration is not valid for any field.
[[noreturn]] void invalid_declaration(std::string why, std::string hint = {}) {
    throw Error(Fault::usage, "wrong_field", std::move(why), std::move(hint));
}

/// The declaration conflicts with other fields or nouns.
[[noreturn]] void refuse_field(std::string why, std::string hint = {}) {
    throw Error(Fault::refused, "field_taken", std::move(why), std::move(hint));
}

}  // namespace

void join_custom_fields(sql::Connection& db, meta::Model& model) {
    each_custom(db, false, [&](const Custom& custom) { model.add(custom); });
}

void join_trashed_fields(Store& store) {
    each_custom(store.db(), true, [&](const Custom& custom) { store.join(custom); });
}

namespace {

constexpr std::ptrdiff_t most_custom_fields = 200;  // of a noun: a table has few thousand columns

void check_declared(Store& store, const Record& record) {
    const auto custom = read_custom(record);
    if (!custom)
        throw custom.error();
    const std::string& name = custom->name;
    const meta::Model& model = store.model();
    const auto valid = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (name.size() > 60 || !std::ranges::all_of(name, valid) || name.front() < 'a')
        invalid_declaration(
            fmt::format("'{}' is not a valid name for a field", text::clipped(name, 60)),
            "lower-case letters, digits and _, beginning with a letter: nps, first_order");
    const Entity* entity = model.find(custom->noun);
    if (entity == nullptr || entity->noun != custom->noun)
        invalid_declaration(fmt::format("there is no noun '{}'", text::clipped(custom->noun, 60)));
    if (entity == record.entity)
        invalid_declaration("a custom field cannot have custom fields");
    if (custom->type == Type::link && custom->to != "any" &&
        (model.find(custom->to) == nullptr || model.get(custom->to).noun != custom->to))
        invalid_declaration(fmt::format("there is no noun '{}'", text::clipped(custom->to, 60)));
    if (entity->find(name) != nullptr)
        refuse_field(fmt::format("{} has a field {} already", entity->noun, name),
                     fmt::format("crm fields {} lists them", entity->noun));
    if (std::ranges::count_if(entity->fields(), [](const FieldInfo& field) {
            return field.is(meta::custom);
        }) >= most_custom_fields)
        refuse_field(fmt::format("{} has {} custom fields, which is the limit", entity->noun,
                                 most_custom_fields));
    if (record.deleted_at.empty()) {
        for (const std::string_view word :
             {"id", "uid", "is", "kind", "record", "position", "undone", "deleted_at", "not", "and",
              "or", "count", "every", "none", "any"})
            if (name == word)
                refuse_field(fmt::format("'{}' is a reserved word in queries", name));
        if (const Entity* other = model.find(name))
            refuse_field(
                fmt::format("'{}' is a noun and cannot be the name of a field", name),
                fmt::format("{}_{}", other->noun, custom->type == Type::link ? "link" : "text"));
        for (const FieldInfo& field : entity->fields())
            if (std::ranges::any_of(
                    field.columns, [&](const meta::Column& column) { return column.name == name; }))
                refuse_field(fmt::format("{} is a part of {}", name, field.name()));
        sql::Statement trashed = store.db().prepare(
            R"(SELECT "id" FROM "field" WHERE "noun"=?1 AND "name"=?2 AND "id"<>?3 AND )" +
            sql::in_trash());
        if (trashed.with(entity->noun, name, record.id).step())
            refuse_field(fmt::format("{} had a field {}, and it is in the trash with its values",
                                     entity->noun, name),
                         fmt::format("crm field restore {0}, or crm field purge {0} first",
                                     meta::short_id(*record.entity, trashed.integer(0))));
    }
}

void check_redeclared(Store& store, const Record& before, const Record& after) {
    for (const std::string_view fixed : {"noun", "name", "type", "to", "searched"})
        if (const FieldInfo& field = *after.entity->find(fixed);
            !std::ranges::equal(before.of(field), after.of(field)))
            throw Error(
                Fault::refused, "fixed",
                fmt::format("{} of a field cannot be changed, because its values depend on it",
                            fixed),
                "add another field and copy the values: crm NOUN export, then import --map");
    const auto custom = read_custom(after);
    if (!custom)
        throw custom.error();
    // Stored values must remain valid: one that cannot be read again would be lost by an export.
    const Entity& entity = store.model().get(custom->noun);
    const auto nouns = store.nouns();
    if ((custom->type != Type::choice && custom->type != Type::integer) ||
        std::ranges::find(nouns, &entity) == nouns.end() || entity.find(custom->name) == nullptr)
        return;
    const std::string column = sql::quoted(custom->name);
    std::string outside =
        fmt::format("{0} < {1} OR {0} > {2}", column, custom->least, custom->most);
    if (custom->type == Type::choice) {
        outside = column + " NOT IN (";
        for (const std::string& word : custom->words)
            outside += (outside.ends_with('(') ? "" : ", ") + sql::literal(word);
        outside += ")";
    }
    sql::Statement get = store.db().prepare(
        fmt::format("SELECT count(*), min({}) FROM {} WHERE \"undone\" IS NULL AND ({})", column,
                    sql::quoted(entity.noun), outside));
    if (get.step() && get.integer(0) > 0)
        throw Error(Fault::refused, "values_in_use",
                    fmt::format("{} {} {} {}, which would not be a valid value of {}",
                                get.integer(0), get.integer(0) == 1 ? entity.noun : entity.plural,
                                get.integer(0) == 1 ? "has" : "have", get.text(1), custom->name),
                    fmt::format("crm {0} edit --where '{1}:{2}' {1}=…; also in the trash",
                                entity.noun, custom->name, get.text(1)));
}

}  // namespace

void check_field(RuleContext& context, const Record* before, const Record& after) {
    if (context.checking) {
        if (const auto custom = read_custom(after); !custom)
            throw custom.error();
    } else if (before == nullptr)
        check_declared(context.store(), after);
    else
        check_redeclared(context.store(), *before, after);
}

void join_field(RuleContext& context, const Record* before, const Record& after) {
    if (before != nullptr)
        return;
    // A dump has the values of a field in the trash too, so that the field can be restored.
    const auto custom = read_custom(after);
    if (!custom)
        throw custom.error();
    Store& store = context.store();
    store.join(*custom);
    sql::add_columns(store.db(), *store.model().get(custom->noun).find(custom->name));
}

}  // namespace crm::store
