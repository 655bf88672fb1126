#pragma once

#include "store/lookups.hpp"
#include "store/store.hpp"

#include <span>

namespace crm::store {

/// Keeps the table of look-ups in step with the records. New rows wait in memory: they are written
/// in the order of their keys.
class LookupTable {
public:
    explicit LookupTable(Store& store);

    /// The keys of a new record, from its cells.
    void add(const meta::Entity& entity, std::int64_t record, std::span<const View> cells);
    /// From what a record was to what it is; one in the trash has no keys.
    void change(const Record& before, const Record& after);
    /// Takes out a run of records.
    void remove(const meta::Entity& entity, std::int64_t first, std::int64_t last);

    std::size_t bytes() const { return waiting_.bytes(); }
    /// Puts what waits into order: most of the work of `flush`, and it needs no database.
    void sort() { waiting_.sort(); }
    void flush();

private:
    Store& store_;
    Lookups waiting_;
    sql::Statement in_, out_;
};

}  // namespace crm::store
