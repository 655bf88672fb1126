#pragma once

#include "base/id.hpp"
#include "store/bulk_load.hpp"
#include "store/gate.hpp"
#include "store/imported_rows.hpp"
#include "store/noun_tables.hpp"
#include "store/operation_log.hpp"
#include "store/store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::store {

/// Who changes what, when: the head of an entry in the history.
struct OperationInfo {
    std::string command;  ///< as typed, for `crm log`
    std::string user;     ///< a short id (u3) or, without such a user, the bare name
    Clock clock;          ///< now, and the zone in which days are those of the user
    std::chrono::milliseconds wait{30'000};
    bool dry_run = false;
    /// What is kept in the same transaction, when something changed.
    std::function<void(Store&)> in_same_transaction{};
    /// Where the uids of new records come from; by default the writer makes its own.
    Uuids* uids = nullptr;
    bool insists = false;       ///< --anyway: see RuleContext::insisting
    bool refuses_busy = false;  ///< --strict: see RuleContext::refuses_busy
    bool no_rules = false;      ///< an import of past records: what a stage requires is not asked
};

/// The one way to change a database: a transaction, an entry in the history and everything derived
/// kept in step. Nothing stays unless `commit` returns. An operation number is taken only when
/// something changes.
///
/// The writer asks the rules and keeps the history. What it writes with: NounTables (a noun's
/// records and what is derived from them), BulkLoad (very many additions), ImportedRows. What only
/// an undo does is UndoChanges.
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
    /// Throws what the rules say.
    void trash(Record& record);
    /// The same for a record that becomes another one, which no rule forbids.
    void trash_merged(Record& record);
    void restore(Record& record);
    /// Removes a record for good, with its files; links to it are emptied. Cannot be undone.
    void purge(const Record& record);
    /// Writes a text out of which something was erased: neither the history nor the time of the
    /// last change say so.
    void erase_text(const Record& before, const Record& after, const meta::FieldInfo& field);
    /// Puts a record as it was in another database, with its own id.
    void put(Record& record);

    /// New records of the noun are numbered above this.
    void count_from(const meta::Entity& entity, std::int64_t last);

    /// Keeps the bytes of an attachment; the same bytes once. Returns their SHA-256 in hexadecimal.
    std::string keep_blob(std::string_view bytes);
    /// Remembers a tag's spelling; returns the one that is kept.
    std::string keep_tag(std::string_view tag);

    /// Prepares for very many additions, which then wait in memory: `get` and `change` see them,
    /// nothing else does until `bulk().flush()`. While its second thread works, the database must
    /// be asked for nothing except through this writer.
    void begin_bulk_load();
    BulkLoad& bulk() { return bulk_; }
    /// Writes what waits: the database knows all that this operation changed.
    void write_waiting();
    /// The rows of files that this operation reads.
    ImportedRows& imported_rows() { return rows_; }

    /// The records that rules have added since this was last asked.
    std::vector<Record> take_followed() { return std::exchange(followed_, {}); }

    bool changed() const { return log_.begun(); }
    /// The number of this operation, which is taken now: for what is changed beside the records.
    std::int64_t begin_operation() {
        log_.begin();
        return log_.id();
    }
    /// What the rules have to say about what was changed.
    const std::vector<std::string>& remarks() const { return remarks_; }
    /// How many records of a noun were added.
    std::int64_t added(const meta::Entity& entity) const;
    const OperationInfo& info() const { return info_; }
    Store& store() { return store_; }
    /// The consent ledger of this operation, which its rules ask, too.
    ConsentLedger& consent();
    /// Commits, or rolls back a dry run and what changed nothing. Returns the operation's number, 0
    /// where there is none.
    std::int64_t commit();

private:
    friend class UndoChanges;
    struct Context;

    NounTables& tables(const meta::Entity& entity);
    bool is_new(const Record& record);
    void insert(const Record& record);
    bool update(const Record& before, Record& after);
    void write_update(const Record& before, const Record& after);
    void write_behind();
    void settle();
    void written(const Record* before, const Record& after);
    void log(const Record& record, std::string_view action, std::string_view field = {},
             std::string_view old_value = {}, std::string_view new_value = {});
    void move_to(Record& record, std::string deleted_at);
    void purge_files(const Record& record);
    void purge_dependent(const Record& record);
    void flush();

    Store& store_;
    OperationInfo info_;
    sql::Transaction transaction_;
    Uuids uuids_;
    std::string now_;
    std::vector<std::string> remarks_;
    OperationLog log_;
    ImportedRows rows_;
    DerivedTables derived_;
    std::map<int, std::unique_ptr<NounTables>> tables_;  // by the number of the noun
    std::unique_ptr<Context> context_;
    Gate gate_;
    std::vector<Record> followed_;
    /// What an import changed last, not yet written: the rows that follow often add to the same
    /// record, as those of one company do.
    struct Behind {
        Record before, after;
    };
    std::optional<Behind> behind_;
    BulkLoad bulk_;  // last: its thread ends before what it works with
};

}  // namespace crm::store
