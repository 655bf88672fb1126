#include "segment/cursor.hpp"

#include "sql/connection.hpp"
#include "store/cursor.hpp"

#include <algorithm>

namespace crm::segment {

Cursor::Cursor(store::Store& store, std::string name, const meta::Entity& noun,
               std::chrono::milliseconds lock_wait)
    : store_(store),
      name_(std::move(name)),
      noun_(noun),
      lock_wait_(lock_wait),
      done_(store::cursor_of(store, name_, noun)) {}

std::vector<std::int64_t> Cursor::entered(const std::vector<std::int64_t>& members) const {
    std::vector<std::int64_t> out;
    std::ranges::copy_if(members, std::back_inserter(out),
                         [&](std::int64_t id) { return !done_.contains(id); });
    return out;
}

void Cursor::forget_others(const std::vector<std::int64_t>& members) {
    std::vector<std::int64_t> left;
    std::ranges::set_difference(done_, members, std::back_inserter(left));
    if (left.empty())
        return;
    sql::Transaction transaction(store_.db(), lock_wait_);
    for (const std::int64_t id : left)
        store::forget(store_, name_, noun_, id);
    transaction.commit();
}

void Cursor::mark(const std::vector<std::int64_t>& records) {
    if (records.empty())
        return;
    sql::Transaction transaction(store_.db(), lock_wait_);
    for (const std::int64_t id : records)
        store::move_cursor(store_, name_, noun_, id);
    transaction.commit();
}

bool Cursor::mark_within(store::Store& store, std::int64_t record) const {
    return store::move_cursor(store, name_, noun_, record);
}

}  // namespace crm::segment
