#include "store/store.hpp"

#include "base/id.hpp"
#include "base/text.hpp"
#include "sql/database.hpp"
#include "sql/expression.hpp"
#include "store/custom.hpp"

#include <fmt/format.h>

#include <charconv>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

std::string cell_columns(const Entity& entity, std::string_view alias) {
    const std::string dot = alias.empty() ? std::string() : std::string(alias) + ".";
    std::string out = fmt::format("{0}\"id\", {0}\"uid\"", dot);
    for (const FieldInfo& field : entity.fields())
        for (const auto& column : field.columns)
            out += ", " + dot + quoted(column.name);
    return out + ", " + dot + "\"deleted_at\"";
}

void Store::create(const std::string& path, std::string_view currency) {
    sql::create_database(path, [&](sql::Connection& db) {
        sql::Statement put = db.prepare("INSERT INTO \"store\"(\"key\", \"value\") VALUES(?1, ?2)");
        put.with("currency", currency).run();
        put.with("seed", fmt::format("{:016x}", random_bits())).run();
    });
}

namespace {

const std::string& current(const std::string& path, const meta::Model& model) {
    sql::make_current(path, model);
    return path;
}

}  // namespace

Store::Store(const std::string& path, sql::Mode mode, meta::Model& model,
             std::span<const Rule> rules)
    : model_(model),
      rules_(rules),
      connection_(current(path, model), mode),
      missing_tables_(connection_, model) {
    if (mode == sql::Mode::reading)
        snapshot_.emplace(connection_);  // a command that only reads sees one state of things
    join_custom_fields(connection_, model_);
    connection_.before_use([this](std::string_view table, bool changed) {
        missing_tables_.make_ready(table, changed);
    });
}

std::vector<const Entity*> Store::nouns() {
    std::vector<const Entity*> out;
    for (const Entity& entity : model_.entities())
        if (connection_.has_table(entity.noun))
            out.push_back(&entity);
    return out;
}

/// Read when first asked for: a look-up asks for neither, and is over in less time than this takes.
std::string Store::setting(std::string_view key) {
    sql::Statement get = connection_.prepare("SELECT \"value\" FROM \"store\" WHERE \"key\"=?1");
    get.with(key);
    return get.step() ? std::string(get.text(0)) : std::string();
}

const std::string& Store::currency() {
    if (!currency_)
        currency_ = setting("currency");
    return *currency_;
}

std::uint64_t Store::seed() {
    if (!seed_) {
        const std::string text = setting("seed");
        seed_.emplace(0);
        std::from_chars(text.data(), text.data() + text.size(), *seed_, 16);
    }
    return *seed_;
}

void Store::set_seed(std::uint64_t seed) {
    const std::string text = fmt::format("{:016x}", seed);
    connection_.prepare("UPDATE \"store\" SET \"value\"=?1 WHERE \"key\"='seed'").with(text).run();
    seed_ = seed;
}

void Store::set_currency(std::string_view code) {
    connection_.prepare("UPDATE \"store\" SET \"value\"=?1 WHERE \"key\"='currency'")
        .with(code)
        .run();
    currency_ = code;
}

sql::Statement& Store::cached(std::string_view key, const std::string& text) {
    auto it = statements_.find(key);
    if (it == statements_.end())
        it = statements_.emplace(std::string(key), connection_.prepare(text)).first;
    it->second.reset();
    return it->second;
}

Store::Reading& Store::reading(const Entity& entity) {
    if (const auto known = readings_.find(entity.number); known != readings_.end())
        return known->second;
    Reading out;
    out.get =
        connection_.prepare(fmt::format("SELECT {} FROM {} WHERE \"id\"=?1 AND \"undone\" IS NULL",
                                        cell_columns(entity, ""), quoted(entity.noun)));
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() != meta::Type::rows)
            continue;
        std::string columns;
        for (const FieldInfo& inner : field.rows)
            for (const auto& column : inner.columns)
                columns += (columns.empty() ? "" : ", ") + quoted(column.name);
        out.lists.emplace_back(
            &field, connection_.prepare(
                        fmt::format("SELECT {} FROM {} WHERE \"record\"=?1 ORDER BY \"position\"",
                                    columns, quoted(field.table()))));
    }
    return readings_.emplace(entity.number, std::move(out)).first->second;
}

/// `row`: the columns of cell_columns.
Record Store::read(const Entity& entity, const sql::Statement& row, Reading& reading) {
    Record record(entity);
    record.id = row.integer(0);
    record.uid = row.text(1);
    const std::size_t cells = record.cells.size();
    for (std::size_t i = 0; i < cells; ++i)
        record.cells[i] = row.view(static_cast<int>(i) + 2).owned();
    record.deleted_at = row.text(static_cast<int>(cells) + 2);
    for (auto& [field, list] : reading.lists) {
        list.with(record.id);
        while (list.step()) {
            RowCells cells_of_row;
            for (int i = 0; i < list.columns(); ++i)
                cells_of_row.push_back(list.view(i).owned());
            record.rows[field->first].push_back(std::move(cells_of_row));
        }
        list.reset();
    }
    return record;
}

std::optional<Record> Store::find(const Entity& entity, std::int64_t id) {
    Reading& reading = this->reading(entity);
    reading.get.with(id);
    std::optional<Record> out;
    if (reading.get.step())
        out = read(entity, reading.get, reading);
    reading.get.reset();
    return out;
}

std::vector<Record> Store::live(const Entity& entity, std::string_view condition,
                                std::initializer_list<View> values) {
    std::vector<Record> out;
    if (!connection_.has_table(entity.noun))
        return out;
    Reading& reading = this->reading(entity);
    sql::Statement get = connection_.prepare(
        fmt::format(R"(SELECT {} FROM {} WHERE {} AND ({}) ORDER BY "id")",
                    cell_columns(entity, ""), quoted(entity.noun), sql::live(), condition));
    int at = 0;
    for (const View& value : values)
        get.bind(++at, value);
    while (get.step())
        out.push_back(read(entity, get, reading));
    return out;
}

Record Store::get(const Entity& entity, std::int64_t id) {
    if (auto record = find(entity, id))
        return std::move(*record);
    throw Error(Fault::not_found, "not_found",
                "no " + std::string(entity.noun) + " " + meta::short_id(entity, id));
}

bool Store::exists(const Entity& entity, std::int64_t id) {
    sql::Statement& get =
        cached("exists " + std::string(entity.noun),
               fmt::format("SELECT 1 FROM {} WHERE \"id\"=?1 AND \"undone\" IS NULL",
                           quoted(entity.noun)));
    const bool there = get.with(id).step();
    get.reset();
    return there;
}

std::vector<std::int64_t> Store::touched_after(const Entity& entity, std::int64_t first,
                                               std::int64_t last, std::int64_t operation) {
    std::vector<std::int64_t> ids;
    sql::Statement get = db().prepare(R"(
        SELECT DISTINCT "record" FROM "change"
        WHERE "noun" = ?1 AND "record" BETWEEN ?2 AND ?3 AND "operation" > ?4
        ORDER BY "record")");
    for (get.with(entity.number, first, last, operation); get.step();)
        ids.push_back(get.integer(0));
    return ids;
}

std::string Store::name(const Entity& entity, std::int64_t id) {
    if (entity.name() == nullptr)
        return {};
    sql::Statement& get =
        cached("name " + std::string(entity.noun),
               fmt::format("SELECT {} FROM {} WHERE \"id\"=?1",
                           quoted(entity.name()->columns[0].name), quoted(entity.noun)));
    get.with(id);
    std::string name;
    if (get.step())
        name = get.text(0);
    get.reset();
    return name;
}

std::vector<std::int64_t> Store::look_up(meta::Lookup kind, std::string_view key,
                                         const Entity& entity) {
    sql::Statement& get = cached("lookup",
                                 "SELECT \"record\" FROM \"lookup\" WHERE \"kind\"=?1 AND "
                                 "\"key\"=?2 AND \"noun\"=?3 ORDER BY \"record\"");
    get.with(static_cast<int>(kind), key, entity.number);
    std::vector<std::int64_t> ids;
    while (get.step())
        ids.push_back(get.integer(0));
    get.reset();
    return ids;
}

std::vector<std::int64_t> Store::by_uid(const Entity& entity, std::string_view uid) {
    sql::Statement& get = cached(
        "uid " + std::string(entity.noun),
        fmt::format(
            R"(SELECT "id" FROM {} WHERE "uid"=?1 AND "deleted_at" IS NULL AND "undone" IS NULL)",
            quoted(entity.noun)));
    get.with(uid);
    std::vector<std::int64_t> ids;
    while (get.step())
        ids.push_back(get.integer(0));
    get.reset();
    return ids;
}

std::optional<std::string> Store::tag(std::string_view word) {
    sql::Statement& get = cached("tag", "SELECT \"name\" FROM \"tag\" WHERE \"key\"=?1");
    const std::string key = text::folded(word);
    get.with(key);
    std::optional<std::string> name;
    if (get.step())
        name = get.text(0);
    get.reset();
    return name;
}

}  // namespace crm::store
