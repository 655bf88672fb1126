#include "store/check.hpp"

#include "base/flat_map.hpp"
#include "base/id.hpp"
#include "sql/full_text.hpp"
#include "store/rule.hpp"
#include "store/search_words.hpp"
#include "store/unique.hpp"

#include <fmt/format.h>

#include <set>

namespace crm::store {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

struct LookupEntry {
    int kind;
    std::string key;
    std::int64_t record;
    auto operator<=>(const LookupEntry&) const = default;
};

std::vector<View> views_of(const Record& record) {
    return {record.cells.begin(), record.cells.end()};
}

void each_lookup_key(const Record& record, const std::function<void(LookupEntry)>& each) {
    const std::vector<View> cells = views_of(record);
    for (const FieldInfo* field : record.entity->lookups())
        for (std::string& key :
             meta::lookup_keys(*field, std::span(cells).subspan(field->first, 1)))
            each({static_cast<int>(*meta::lookup_kind(*field)), std::move(key), record.id});
}

std::vector<std::int64_t> ids_of(Store& store, const Entity& entity) {
    std::vector<std::int64_t> ids;
    sql::Statement get = store.db().prepare(fmt::format(
        "SELECT \"id\" FROM {} WHERE \"undone\" IS NULL ORDER BY \"id\"", quoted(entity.noun)));
    while (get.step())
        ids.push_back(get.integer(0));
    return ids;
}

/// The context of rules when nothing is changed. Unique values are compared with those of the
/// records checked before, because the look-up keys may be wrong.
class CheckContext final : public RuleContext {
public:
    CheckContext(Store& store, const Clock& clock, const std::function<void(Finding)>& found)
        : RuleContext(store, clock), found_(found), seed_(random_bits()) {
        checking = true;
    }

    void outdated(const Record& record, std::string says) override {
        found_({record.entity, record.id, "due time", std::move(says), true});
    }

    std::optional<Taken> taken(const Record*, const Record& record) override {
        std::optional<Taken> first;
        for (UniqueKey& key : unique_keys(record)) {
            const std::uint64_t digest = crm::digest(
                fmt::format("{} {} {}", record.entity->number, key.kind, key.text), seed_);
            const std::int64_t* holder = held_.find(digest);
            if (holder == nullptr)
                held_.insert(digest, record.id);
            else if (*holder != record.id && !first)
                first = Taken{std::move(key), store_.get(*record.entity, *holder)};
        }
        return first;
    }

private:
    const std::function<void(Finding)>& found_;
    std::uint64_t seed_;
    FlatMap<std::int64_t> held_;
};

/// What an error says of a record that is stored already. `field`: where the value is.
Finding finding_of(const Record& record, std::string_view what, const Error& e,
                   std::string_view field = {}) {
    const std::string edit = fmt::format("crm {} edit {} {}=VALUE", record.entity->noun,
                                         record.short_id(), field.empty() ? "FIELD" : field);
    return {.entity = record.entity,
            .id = record.id,
            .what = what,
            .says = e.message,
            .hint = field.empty() && !e.hint.empty() ? e.hint : edit,
            .fault = e.fault};
}

std::optional<Error> value_fault(const FieldInfo& field, std::span<const Value> cells,
                                 const meta::Reading& how) {
    if (field.cells == 0)
        return {};
    const std::vector<View> views(cells.begin() + static_cast<long>(field.first),
                                  cells.begin() + static_cast<long>(field.first + field.cells));
    return invalid_value(field, views, how);
}

void check_values(const Record& record, const meta::Reading& how,
                  const std::function<void(Finding)>& found) {
    const auto wrong = [&](const FieldInfo& field, const std::optional<Error>& error) {
        if (error)
            found(finding_of(record, "value", *error, field.name()));
    };
    meta::Reading in_entry = how;
    in_entry.kept = true;  // an import keeps words of other programs there
    const auto is_free_word = [](const FieldInfo& inner) {
        return inner.type() == Type::choice && !inner.is(meta::strict);
    };
    for (const FieldInfo& field : record.entity->fields()) {
        if (field.is(meta::mirror))
            continue;
        wrong(field, value_fault(field, record.cells, how));
        if (field.type() != Type::rows)
            continue;
        for (const RowCells& row : record.rows[field.first])
            for (const FieldInfo& inner : field.rows)
                wrong(field, value_fault(inner, row, is_free_word(inner) ? in_entry : how));
    }
}

void check_rules(RuleContext& context, const Record& record,
                 const std::function<void(Finding)>& found) {
    Record completed = record;
    for (const Rule& rule : context.store().rules()) {
        if (!rule.noun.empty() && rule.noun != record.entity->noun)
            continue;
        try {
            if (rule.complete != nullptr)
                rule.complete(context, nullptr, completed);
            if (rule.check != nullptr)
                rule.check(context, nullptr, record);
        } catch (const Error& e) {
            if (e.fault != Fault::refused && e.fault != Fault::usage)
                throw;
            found(finding_of(record, "rule", e));
        }
    }
}

using Report = std::function<void(Finding)>;

/// Compares the look-ups of a noun's records with their table.
class LookupCheck {
public:
    LookupCheck(Store& store, const Entity& entity) : entity_(entity) {
        sql::Statement kept =
            store.db().prepare(R"(SELECT "kind", "key", "record" FROM "lookup" WHERE "noun" = ?1)");
        for (kept.with(entity.number); kept.step();)
            extra_.insert(
                {static_cast<int>(kept.integer(0)), std::string(kept.text(1)), kept.integer(2)});
    }

    /// Two fields of a record may have one key: who writes to themselves.
    void add(const Record& record) {
        std::set<LookupEntry> keys;
        each_lookup_key(record, [&](LookupEntry key) { keys.insert(std::move(key)); });
        for (const LookupEntry& key : keys)
            if (extra_.erase(key) == 0)
                missing_.insert(key);
    }

    void finish(const Report& found) const {
        for (const LookupEntry& key : missing_)
            found({&entity_, key.record, "look-up", fmt::format("it is not found by '{}'", key.key),
                   true});
        for (const LookupEntry& key : extra_)
            found({&entity_, key.record, "look-up",
                   fmt::format("it is found by '{}', which it does not contain", key.key), true});
    }

private:
    const Entity& entity_;
    std::set<LookupEntry> missing_, extra_;
};

/// Compares the words of a noun's records with their table, and that with the full text.
class WordsCheck {
public:
    WordsCheck(Store& store, const Entity& entity)
        : store_(store), entity_(entity), columns_(sql::words_columns(entity)) {
        std::string names;
        for (const auto& column : columns_)
            names += ", " + quoted(column.name);
        words_ = store.db().prepare(fmt::format(R"(SELECT "id"{} FROM {} WHERE "id" = ?1)", names,
                                                sql::words_table(entity)));
    }

    void check(const Record& record, const Report& found) {
        const bool live = record.deleted_at.empty();
        const bool there = words_.with(record.id).step();
        bool same = there == live;
        if (there && live) {
            const std::vector<View> cells = views_of(record);
            for (std::size_t i = 0; i < columns_.size(); ++i)
                same = same && words_of(cells, columns_[i]) == words_.text(static_cast<int>(i) + 1);
        }
        words_.reset();
        if (!same)
            found({&entity_, record.id, "words",
                   live ? "its search text does not match its fields"
                        : "it is in the trash but has search text",
                   true});
    }

    void finish(const Report& found) {
        const std::int64_t base = sql::search_id(entity_.number, 0),
                           end = sql::search_id(entity_.number + 1, 0) - 1;
        const std::string table = sql::words_table(entity_);
        sql::Statement missing = store_.db().prepare(fmt::format(R"(
            SELECT w."id" FROM {} w
            LEFT JOIN "search_docsize" d ON d."id" = w."id" + {}
            WHERE d."id" IS NULL)",
                                                                 table, base));
        while (missing.step())
            found({&entity_, missing.integer(0), "full text", "it is not in the full-text index",
                   true});
        sql::Statement extra = store_.db().prepare(fmt::format(R"(
            SELECT d."id" - {0} FROM "search_docsize" d
            LEFT JOIN {1} w ON w."id" = d."id" - {0}
            WHERE d."id" BETWEEN {0} AND {2} AND w."id" IS NULL)",
                                                               base, table, end));
        while (extra.step())
            found({&entity_, extra.integer(0), "full text",
                   "it is in the full-text index but should not be", true});
    }

private:
    Store& store_;
    const Entity& entity_;
    std::vector<sql::WordsColumn> columns_;
    sql::Statement words_;
};

/// Links to any noun, which the engine does not check.
void check_links(Store& store, const Record& record, const Report& found) {
    for (const FieldInfo& field : record.entity->fields()) {
        if (field.type() != Type::link || field.to != nullptr)
            continue;
        const auto cells = record.of(field);
        const auto* noun = std::get_if<std::int64_t>(&cells[0]);
        const auto* target = std::get_if<std::int64_t>(&cells[1]);
        const Entity* to =
            noun == nullptr ? nullptr : store.model().by_number(static_cast<int>(*noun));
        if (target != nullptr && (to == nullptr || !store.exists(*to, *target)))
            found({record.entity, record.id, "link",
                   fmt::format("{} links to a missing record", field.name()), false});
    }
}

/// What a record says itself.
void check_record(RuleContext& context, const Record& record, const meta::Reading& how,
                  const Report& found) {
    Record aligned = record;
    align_mirrors(aligned);
    if (!(aligned == record))
        found({record.entity, record.id, "mirror", "a primary value is not the first of its list",
               false});
    if (record.deleted_at.empty()) {
        check_values(record, how, found);
        check_rules(context, record, found);
    }
    check_links(context.store(), record, found);
}

void check_noun(RuleContext& context, const Entity& entity, const Report& found,
                const std::function<void(std::int64_t)>& progress, std::int64_t& done) {
    Store& store = context.store();
    const meta::Reading how{.clock = &context.clock, .currency = store.currency()};
    LookupCheck lookups(store, entity);
    WordsCheck words(store, entity);
    std::int64_t last = 0;
    for (const std::int64_t id : ids_of(store, entity)) {
        last = id;
        const Record record = store.get(entity, id);
        check_record(context, record, how, found);
        if (record.deleted_at.empty())
            lookups.add(record);
        words.check(record, found);
        if (progress && ++done % 1000 == 0)
            progress(done);
    }
    lookups.finish(found);
    words.finish(found);
    sql::Statement counter =
        store.db().prepare(R"(SELECT "last" FROM "sequence" WHERE "noun" = ?1)");
    if (last > 0 && (!counter.with(entity.noun).step() || counter.integer(0) < last))
        found({&entity, last, "counter", "its number would be assigned again", false});
}

}  // namespace

std::optional<Error> invalid_value(const FieldInfo& field, std::span<const View> cells,
                                   const meta::Reading& how) {
    if (field.type() == Type::link || field.type() == Type::rows || field.type() == Type::extra)
        return {};
    const std::string typed = meta::typed(field, cells);
    if (typed.empty())
        return {};
    auto read = meta::read(field, typed, how);
    if (read)
        return {};
    return std::move(read.error());
}

void check(Store& store, const Clock& clock, const std::string& user,
           const std::function<void(Finding)>& found,
           const std::function<void(std::int64_t)>& progress) {
    for (std::string& fault : store.db().faults())
        found({nullptr, 0, "file", std::move(fault), false});
    for (const sql::BrokenLink& link : store.db().broken_links()) {
        const Entity* entity = store.model().find(link.table);
        found({entity, entity == nullptr ? 0 : link.record, "link",
               fmt::format("a link of {} refers to a missing {}", link.table, link.to), false});
    }
    CheckContext context(store, clock, found);
    context.user = user;
    std::int64_t done = 0;
    for (const Entity* entity : store.nouns())
        check_noun(context, *entity, found, progress, done);
    for (const Rule& rule : store.rules())
        if (rule.finish != nullptr)
            rule.finish(context);
}

void check_contents(Store& store, const Clock& clock, const std::string& user,
                    const std::function<void(Finding)>& found) {
    CheckContext context(store, clock, found);
    context.user = user;
    const meta::Reading how{.clock = &context.clock, .currency = store.currency()};
    for (const Entity* entity : store.nouns())
        for (const std::int64_t id : ids_of(store, *entity))
            check_record(context, store.get(*entity, id), how, found);
}

void rebuild(Store& store, const Clock& clock, std::chrono::milliseconds wait) {
    auto& db = store.db();
    sql::Transaction transaction(db, wait);
    const sql::FullText& full_text = db.dialect().full_text();
    db.run("DELETE FROM \"lookup\"");
    db.run(full_text.clear());
    sql::Statement lookup = db.prepare(
        "INSERT INTO \"lookup\"(\"kind\",\"key\",\"noun\",\"record\") VALUES(?1,?2,?3,?4) ON "
        "CONFLICT DO NOTHING");
    for (const Entity* entity : store.nouns()) {
        const auto columns = sql::words_columns(*entity);
        std::string names, marks = "?1";
        for (std::size_t i = 0; i < columns.size(); ++i)
            names += "," + quoted(columns[i].name), marks += fmt::format(",?{}", i + 2);
        db.run("DELETE FROM " + sql::words_table(*entity));
        sql::Statement put = db.prepare(fmt::format("INSERT INTO {}(\"id\"{}) VALUES({})",
                                                    sql::words_table(*entity), names, marks));
        for (const std::int64_t id : ids_of(store, *entity)) {
            const Record record = store.get(*entity, id);
            if (!record.deleted_at.empty())
                continue;
            each_lookup_key(record, [&](const LookupEntry& key) {
                lookup.with(key.kind, key.key, entity->number, id).run();
            });
            const std::vector<View> cells = views_of(record);
            std::vector<std::string> words;
            for (const auto& column : columns)
                words.push_back(words_of(cells, column));
            put.reset();
            put.bind(1, id);
            for (std::size_t i = 0; i < words.size(); ++i)
                put.bind(static_cast<int>(i) + 2,
                         words[i].empty() ? View() : View(std::string_view(words[i])));
            put.run();
        }
        const auto [name, rest] = sql::search_columns(*entity, columns);
        db.run(
            full_text.add_from(sql::search_number(*entity), name, rest,
                               fmt::format("FROM {} ORDER BY \"id\"", sql::words_table(*entity))));
    }
    RuleContext context(store, clock);
    for (const Rule& rule : store.rules())
        if (rule.finish != nullptr)
            rule.finish(context);
    transaction.commit();
}

}  // namespace crm::store
