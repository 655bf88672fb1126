#include "store/writer.hpp"

#include "base/sha256.hpp"
#include "store/attachment.hpp"
#include "store/incoming.hpp"
#include "store/purge.hpp"
#include "store/row_history.hpp"
#include "store/unique.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>
#include <vector>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

/// What the rules may ask of the operation under way.
struct Writer::Context final : RuleContext {
    explicit Context(Writer& w)
        : RuleContext(w.store_, w.info_.clock),
          writer(w),
          unique(*this,
                 [&w](const Entity& entity) { return w.tables(entity).numbers.stored_last(); }) {
        strict = !w.info_.no_rules;
        refuses_busy = w.info_.refuses_busy;
        user = w.info_.user;
        if (w.info_.insists)
            insisting = w.info_.command;
    }

    Store& store() override {
        writer.bulk_.wait();
        return store_;
    }
    Store& flushed() override {
        writer.write_waiting();
        return store_;
    }
    std::optional<Record> find(const Entity& entity, std::int64_t id) override {
        return writer.find(entity, id);
    }
    bool is_new(const Record& record) override { return writer.is_new(record); }
    std::string text_before(const Record& record, const FieldInfo& field) override {
        writer.settle();
        return writer.log_.text_before(record, field);
    }
    std::int64_t add(Record& record) override {
        const std::int64_t id = writer.add(record);
        writer.followed_.push_back(record);
        return id;
    }
    void change(const Record& before, Record& after) override { writer.change(before, after); }
    std::optional<Taken> taken(const Record* before, const Record& after) override {
        return unique.taken(before, after);
    }

    std::int64_t operation() override { return writer.log_.id(); }
    bool touches(const Entity& entity) const override { return writer.log_.touches(entity); }
    void remark(std::string text) override { writer.remarks_.push_back(std::move(text)); }

    Writer& writer;
    UniqueKeys unique;
};

Writer::Writer(Store& store, OperationInfo info)
    : store_(store),
      info_(std::move(info)),
      transaction_(store.db(), info_.wait),
      uuids_(info_.clock.now.seconds),
      now_(info_.clock.now.iso()),
      log_(store, now_, info_.user, info_.command),
      rows_(store),
      derived_(store),
      context_(std::make_unique<Context>(*this)),
      gate_(store.rules(), *context_),
      bulk_(store, derived_) {}

Writer::~Writer() = default;

NounTables& Writer::tables(const Entity& entity) {
    const auto it = tables_.find(entity.number);
    if (it != tables_.end())
        return *it->second;
    bulk_.wait();  // making them asks the database
    return *tables_.emplace(entity.number, std::make_unique<NounTables>(store_, entity, derived_))
                .first->second;
}

ConsentLedger& Writer::consent() {
    return context_->consent();
}

bool Writer::is_new(const Record& record) {
    return tables(*record.entity).numbers.is_new(record.id);
}

void Writer::begin_bulk_load() {
    context_->imported = true;
    rows_.begin();
    bulk_.begin();
}

void Writer::log(const Record& record, std::string_view action, std::string_view field,
                 std::string_view old_value, std::string_view new_value) {
    log_.begin();
    if (!is_new(record))  // else the addition says it all
        log_.record(record, action, field, old_value, new_value);
}

std::optional<Record> Writer::find(const Entity& entity, std::int64_t id) {
    if (behind_ && behind_->after.entity == &entity && behind_->after.id == id)
        return behind_->after;
    if (auto record = bulk_.find(entity, id))
        return record;
    bulk_.wait();
    return store_.find(entity, id);
}

Record Writer::get(const Entity& entity, std::int64_t id) {
    if (auto record = find(entity, id))
        return std::move(*record);
    throw Error(Fault::not_found, "not_found",
                fmt::format("no {} {}", entity.noun, meta::short_id(entity, id)));
}

namespace {

/// What a new record has in a field that nothing was said of; empty for nothing.
std::string_view initial_text(const FieldInfo& field) {
    const meta::More& more = field.field->more;
    if (!more.initial.empty())
        return more.initial;
    return field.type() == Type::choice && field.is(meta::required) ? more.words.front()
                                                                    : std::string_view();
}

void fill_initial(Record& record) {
    for (const FieldInfo& field : record.entity->fields()) {
        const std::string_view initial = initial_text(field);
        if (!initial.empty() && std::holds_alternative<std::monostate>(record.cells[field.first]))
            record.put(field, *meta::read(field, initial, {}));
    }
}

}  // namespace

std::int64_t Writer::add(Record& record) {
    fill_initial(record);
    NounTables& noun = tables(*record.entity);
    Value& created = record.cells[noun.created_at.first];
    if (std::holds_alternative<std::monostate>(created))
        created = now_;
    record.cells[noun.updated_at.first] = now_;
    align_mirrors(record);
    gate_.change(nullptr, record);
    record.given.clear();
    log_.begin();
    record.id = noun.numbers.take();
    if (record.uid.empty())
        record.uid = (info_.uids != nullptr ? *info_.uids : uuids_).next();
    insert(record);
    written(nullptr, record);
    return record.id;
}

void Writer::written(const Record* before, const Record& after) {
    context_->unique.hold(after.id);
    gate_.written(before, after);
}

void Writer::put(Record& record) {
    log_.begin();
    align_mirrors(record);
    context_->loading = true;
    gate_.load(record);
    tables(*record.entity).numbers.include(record.id);
    insert(record);
    written(nullptr, record);
    context_->loading = false;
}

std::int64_t Writer::added(const Entity& entity) const {
    const auto it = tables_.find(entity.number);
    return it == tables_.end() ? 0 : it->second->numbers.added();
}

void Writer::count_from(const Entity& entity, std::int64_t last) {
    tables(entity).numbers.count_from(last);
}

void Writer::insert(const Record& record) {
    NounTables& noun = tables(*record.entity);
    if (bulk_.begun())
        bulk_.add(noun, record);
    else
        noun.insert(record);
}

bool Writer::change(const Record& before, Record& after) {
    align_mirrors(after);
    gate_.change(&before, after);
    after.given.clear();
    if (!update(before, after))
        return false;
    written(&before, after);
    return true;
}

bool Writer::relink(const Record& before, Record& after) {
    context_->relinked = true;
    const bool changed = change(before, after);
    context_->relinked = false;
    return changed;
}

namespace {

/// The fields that differ, except for the time of the change.
std::vector<const FieldInfo*> changed_fields(const Record& before, const Record& after,
                                             const FieldInfo& updated_at) {
    std::vector<const FieldInfo*> out;
    for (const FieldInfo& field : after.entity->fields()) {
        if (&field == &updated_at)
            continue;
        const bool same = field.type() == Type::rows
                              ? before.rows[field.first] == after.rows[field.first]
                              : std::ranges::equal(before.of(field), after.of(field));
        if (!same)
            out.push_back(&field);
    }
    return out;
}

}  // namespace

bool Writer::update(const Record& before, Record& after) {
    if (bulk_.waits(*after.entity, after.id)) {
        if (before == after)
            return false;
        bulk_.replace(after);
        return true;
    }
    const FieldInfo& updated_at = tables(*after.entity).updated_at;
    if (before.uid == after.uid && changed_fields(before, after, updated_at).empty())
        return false;
    log_.begin();
    after.cells[updated_at.first] = now_;
    if (!bulk_.begun()) {
        write_update(before, after);
    } else if (behind_ && behind_->after.entity == after.entity && behind_->after.id == after.id) {
        behind_->after = after;
    } else {
        write_behind();
        behind_.emplace(before, after);
    }
    return true;
}

void Writer::write_update(const Record& before, const Record& after) {
    bulk_.wait();
    NounTables& noun = tables(*after.entity);
    std::vector<const FieldInfo*> changed = changed_fields(before, after, noun.updated_at);
    for (const FieldInfo* field : changed)
        if (!field->is(meta::mirror)) {
            const ChangeTexts texts = change_texts(before, after, *field, store_.model());
            log(after, "set", field->name(), texts.old_value, texts.new_value);
        }
    if (before.uid != after.uid)
        log(after, "set", "uid", before.uid, after.uid);
    log(after, "set", "updated_at", before.text(noun.updated_at), now_);
    changed.push_back(&noun.updated_at);
    noun.records.update(after, changed);
    noun.rederive(before, after);
}

void Writer::write_behind() {
    if (const auto behind = std::exchange(behind_, std::nullopt))
        write_update(behind->before, behind->after);
}

/// Records that are there are in the database as they are now; additions may wait.
void Writer::settle() {
    write_behind();
    bulk_.wait();
}

void Writer::write_waiting() {
    write_behind();
    bulk_.flush();
}

void Writer::move_to(Record& record, std::string deleted_at) {
    settle();
    const Record before = record;
    record.deleted_at = std::move(deleted_at);
    log(record, record.deleted_at.empty() ? "restore" : "trash", {}, before.deleted_at,
        record.deleted_at);
    NounTables& noun = tables(*record.entity);
    noun.records.update_deleted_at(record.id, record.deleted_at);
    noun.rederive(before, record);
}

void Writer::trash(Record& record) {
    if (record.deleted_at.empty())
        gate_.remove(record);
    trash_merged(record);
}

void Writer::trash_merged(Record& record) {
    if (record.deleted_at.empty())
        move_to(record, now_);
}

void Writer::restore(Record& record) {
    if (record.deleted_at.empty())
        return;
    settle();
    Record live = record;
    live.deleted_at.clear();
    gate_.restore(live);
    move_to(record, {});
    written(&live, record);
}

/// Files belong to their record, and bytes to the files that have them.
void Writer::purge_files(const Record& record) {
    if (is_attachment(record)) {
        remove_bytes(store_, record);
        return;
    }
    for (const Record& file : attachments_of(store_, record))
        purge(file);
}

/// What joins two records is nothing without one of them.
void Writer::purge_dependent(const Record& record) {
    for (const Entity* noun : store_.nouns())
        for (const IncomingLink& link : incoming_links(*noun, *record.entity)) {
            const auto& joined = noun->unique_together();
            if (std::ranges::find(joined, link.field) == joined.end())
                continue;
            sql::Statement all = store_.db().prepare(
                fmt::format(R"(SELECT "id" FROM {} WHERE {} AND "undone" IS NULL)",
                            sql::quoted(noun->noun), link.leads_to("?1")));
            std::vector<std::int64_t> ids;
            for (all.with(record.id); all.step();)
                ids.push_back(all.integer(0));
            for (const std::int64_t id : ids)
                purge(store_.get(*noun, id));
        }
}

void Writer::purge(const Record& record) {
    settle();
    purge_files(record);
    purge_dependent(record);
    Record gone = record;
    gone.deleted_at = now_;
    NounTables& noun = tables(*record.entity);
    noun.rederive(record, gone);
    clear_links_to(store_, *record.entity, record.id);
    noun.records.remove(record.id);
    forget(store_, *record.entity, record.id);
    log(record, "purge");
}

void Writer::erase_text(const Record& before, const Record& after, const FieldInfo& field) {
    settle();
    const FieldInfo* const fields[] = {&field};
    NounTables& noun = tables(*after.entity);
    noun.records.update(after, fields);
    noun.rederive(before, after);
}

std::string Writer::keep_blob(std::string_view bytes) {
    settle();
    std::string hash = sha256(bytes);
    sql::Statement put = store_.db().prepare(
        "INSERT INTO \"blob\"(\"hash\",\"bytes\") VALUES(?1,?2) ON CONFLICT DO NOTHING");
    put.bind(1, hash).bind_blob(2, bytes);
    put.run();
    return hash;
}

std::string Writer::keep_tag(std::string_view tag) {
    settle();
    return derived_.tags.keep(tag);
}

std::int64_t Writer::commit() {
    if (!log_.begun()) {
        // Rows that told nothing new are known from now on: they must not undo what somebody edits
        // later.
        if (rows_.empty() || info_.dry_run)
            return 0;
        rows_.write(0);
        transaction_.commit();
        return 0;
    }
    flush();
    gate_.check_settled();
    gate_.finish();
    if (info_.dry_run) {
        for (const auto& [number, noun] : tables_)
            store_.count_dry_run(noun->entity, noun->numbers.last());
        return 0;
    }
    // After the rules: what they have kept of new records costs less without them.
    for (auto& [number, noun] : tables_)
        if (noun->numbers.last() >= sql::indexed_from)
            noun->records.make_indexes();
    if (info_.in_same_transaction)
        info_.in_same_transaction(store_);
    transaction_.commit();
    return log_.id();
}

void Writer::flush() {
    write_waiting();
    for (auto& [number, noun] : tables_) {
        const Numbers& numbers = noun->numbers;
        if (numbers.added() > 0)
            log_.run(noun->entity, numbers.first_added(), numbers.last_added(), "add");
        noun->words.finish();
    }
    for (auto& [number, noun] : tables_)
        noun->numbers.write();
    rows_.write(log_.id());
}

}  // namespace crm::store
