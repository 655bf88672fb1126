#pragma once

#include "base/id.hpp"
#include "base/worker.hpp"
#include "sql/schema.hpp"
#include "store/batch.hpp"
#include "store/gate.hpp"
#include "store/imported_rows.hpp"
#include "store/lookup_table.hpp"
#include "store/operation_log.hpp"
#include "store/store.hpp"
#include "store/tag_spelling.hpp"
#include "store/unique.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace crm::store {

struct BatchWords;  // of the writer's own

/// Who changes what, when: the head of an entry in the history.
struct OperationInfo {
    std::string command;  ///< as typed, for `crm log`
    std::string user;     ///< a short id (u3) or, without such a user, the bare name
    Instant now;
    std::string today;  ///< where the user is; of `now` in UTC when it is empty
    std::chrono::milliseconds wait{30'000};
    bool dry_run = false;
    std::function<void(Store&)>
        in_same_transaction{};  ///< what is kept in the same transaction, when something changed
    bool no_rules = false;  ///< an import that tells what was: what a stage requires is not asked
};

/// The one way to change a store: a transaction, an entry in the history and everything derived
/// (mirrors, look-ups, full text) kept in step. Nothing stays unless `commit` returns. An operation
/// number is taken only when something changes.
class Writer {
public:
    Writer(Store& store, OperationInfo info);
    ~Writer();
    Writer(Writer&&) = delete;

    /// Adds a record: gives it id, uid (unless it brings one) and times. Throws what the rules say.
    std::int64_t add(Record& record);
    /// A record as it is now, also from the trash and when it waits to be written.
    Record get(const meta::Entity& entity, std::int64_t id);
    std::optional<Record> find(const meta::Entity& entity, std::int64_t id);
    /// Writes what differs, field by field into the history. False when nothing does. Throws what
    /// the rules say.
    bool change(const Record& before, Record& after);
    /// The same where only links change, because the record that they lead to became another one:
    /// closed documents take that, too.
    bool relink(const Record& before, Record& after);
    void trash(Record& record);
    void restore(Record& record);
    /// Removes for good; links to it are emptied. Cannot be undone.
    void purge(const Record& record);  ///< with its files
    /// For an undo (undo.hpp): a run of records as if never added, and back; fields as they were,
    /// with their time.
    void unadd(const meta::Entity& entity, std::int64_t first, std::int64_t last,
               const std::function<void(std::int64_t)>& tell);
    void readd(const meta::Entity& entity, std::int64_t first, std::int64_t last,
               const std::function<void(std::int64_t)>& tell);
    void put_back(const Record& before, Record& after, const std::string& updated_at);
    void undoes(std::int64_t operation);
    /// Asks the rules of what was put back, now that all of it is in place.
    void check_settled();
    /// Puts a record as it was in another store, with its own id.
    void put(Record& record);

    /// New records of the noun are numbered above this.
    void count_from(const meta::Entity& entity, std::int64_t last);

    /// Keeps the bytes of an attachment; the same bytes once. Returns their SHA-256 in hexadecimal.
    std::string keep_blob(std::string_view bytes);
    /// Remembers a tag's spelling; returns the one that is kept.
    std::string keep_tag(std::string_view tag);

    /// Remembers that a row of a file, known by its digest, told of a record.
    void remember_row(std::uint64_t digest, const meta::Entity& entity, std::int64_t record,
                      const std::string& file, std::int64_t line);
    /// Other digests for rows that this operation remembers.
    void rename_rows(const std::function<std::uint64_t(std::uint64_t)>& digest);

    /// Prepares for very many additions: they wait in memory and are written some thousand at a
    /// time. What waits is seen by `get` and `change` only; `flush_pending` writes it.
    void bulk();
    void flush_pending();
    /// In a bulk load, lets a second thread write what has waited. Until `wait` returns, the
    /// connection belongs to that thread (see Worker): the database must be asked for nothing
    /// except through this writer.
    void in_background() { background_ = true; }
    bool background() const { return background_; }
    void wait() { worker_.wait(); }
    /// Whether an addition waits still: changing it asks the store for nothing.
    bool waits(const meta::Entity& entity, std::int64_t id);

    bool changed() const { return log_.begun(); }
    /// How many records of a noun were added.
    std::int64_t added(const meta::Entity& entity) const;
    const OperationInfo& info() const { return info_; }
    Store& store() { return store_; }
    /// Commits, or rolls back a dry run and what changed nothing. Returns the operation's number, 0
    /// where there is none.
    std::int64_t commit();

private:
    struct Noun;
    struct Context;
    Noun& noun(const meta::Entity& entity);
    bool update(const Record& before, Record& after);
    void written(const Record* before, const Record& after);
    void log(const Record& record, std::string_view action, std::string_view field = {},
             std::string_view old_value = {}, std::string_view new_value = {});
    void insert(Record& record);
    void write_records(Noun& noun, const Batch& records);
    void write_pending();
    void lead();
    void derive(Noun& noun, const Batch& records, BatchWords& out);
    void make_searchable(Noun& noun);
    void index_noun(Noun& noun);
    void write_words(const Record& record);
    void index(const Record& record, bool in);
    void rederive(const Record& before, const Record& after);
    void remember_tags(const meta::Entity& entity, std::span<const View> cells);
    void unindex_run(const meta::Entity& entity, std::int64_t first, std::int64_t last);
    void move_to(Record& record, std::string deleted_at);
    void purge_files(const Record& record);
    void write_rows(const Record& record, const meta::FieldInfo& field, bool fresh);
    void flush();
    bool fresh(const Record& record);

    Store& store_;
    OperationInfo info_;
    sql::Transaction transaction_;
    Uuids uuids_;
    std::string now_;
    OperationLog log_;
    ImportedRows rows_;
    LookupTable lookups_;
    TagSpelling tags_;
    std::unique_ptr<Context> context_;
    Gate gate_;
    bool bulk_ = false, background_ = false;
    /// How many additions of one noun wait: few at first, so that the second thread begins soon.
    std::size_t pending_limit_ = 1024;
    static constexpr std::size_t pending_most = 2048;
    std::map<int, std::unique_ptr<Noun>> nouns_;
    Noun* leading_ = nullptr;  ///< in a bulk load: the noun whose full text is written as it comes
    std::atomic<bool> deriving_ =
        false;       ///< the second thread makes what is derived: `lookups_` is its own
    Worker worker_;  ///< last, so that it ends before what it works with
};

}  // namespace crm::store
