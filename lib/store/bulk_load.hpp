#pragma once

#include "base/worker.hpp"
#include "store/batch.hpp"
#include "store/noun_tables.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace crm::store {

/// Very many additions: they wait in memory and go into each table by one statement, some thousand
/// at a time. A second thread may write what has waited; then the connection belongs to that thread
/// until `wait` returns (see Worker).
class BulkLoad {
public:
    BulkLoad(Store& store, DerivedTables& derived) : store_(store), derived_(derived) {}
    BulkLoad(const BulkLoad&) = delete;

    /// From now on additions wait.
    void begin();
    bool begun() const { return begun_; }
    /// Lets the second thread write.
    void in_background() { background_ = true; }
    bool background() const { return background_; }

    /// A new record, complete and with its number.
    void add(NounTables& noun, const Record& record);
    /// A record that waits or is being written; nothing for any other.
    std::optional<Record> find(const meta::Entity& entity, std::int64_t id);
    /// Whether an addition waits still: changing it asks the database for nothing.
    bool waits(const meta::Entity& entity, std::int64_t id) const;
    /// The same record with other values; it waits.
    void replace(const Record& record);

    /// Returns when the second thread has written what it was given.
    void wait() { worker_.wait(); }
    /// Writes everything that waits.
    void flush();

private:
    /// The additions of one noun.
    struct Additions {
        explicit Additions(NounTables& n) : noun(n), waiting(n.entity), written(n.entity) {}

        NounTables& noun;
        Batch waiting;
        Batch written;  ///< what the second thread is writing: read only
        BatchWords waiting_words, written_words;
    };
    void write_waiting();
    void derive(NounTables& noun, const Batch& records, BatchWords& out);
    void derive_and_write(bool derived, std::size_t many);
    void write();
    void write(Additions& additions);
    void choose_leading();

    Store& store_;
    DerivedTables& derived_;
    bool begun_ = false, background_ = false;
    /// How many additions of one noun wait: few at first, so that the second thread begins soon.
    std::size_t limit_ = 1024;
    std::map<int, Additions> additions_;  // by the number of the noun
    const Additions* leading_ = nullptr;  // whose full text is written as it comes
    /// The second thread makes what is derived: the look-ups are its own.
    std::atomic<bool> deriving_ = false;
    Worker worker_;  // last, so that it ends before what it works with
};

}  // namespace crm::store
