#include "store/cursor.hpp"

#include "sql/schema.hpp"

namespace crm::store {

bool has_cursors(Store& store) {
    return store.db().has_table("cursor");
}

std::set<std::int64_t> cursor_of(Store& store, const std::string& name, const meta::Entity& noun) {
    std::set<std::int64_t> out;
    if (!has_cursors(store))
        return out;
    sql::Statement get =
        store.db().prepare("SELECT \"record\" FROM \"cursor\" WHERE \"name\"=?1 AND \"noun\"=?2");
    for (get.with(name, noun.number); get.step();)
        out.insert(get.integer(0));
    return out;
}

bool move_cursor(Store& store, const std::string& name, const meta::Entity& noun,
                 std::int64_t record) {
    sql::make_cursors(store.db());
    sql::Statement there = store.db().prepare(
        "SELECT 1 FROM \"cursor\" WHERE \"name\"=?1 AND \"noun\"=?2 AND \"record\"=?3");
    if (there.with(name, noun.number, record).step())
        return false;
    store.db()
        .prepare("INSERT INTO \"cursor\" VALUES(?1, ?2, ?3)")
        .with(name, noun.number, record)
        .run();
    return true;
}

void forget(Store& store, const std::string& name, const meta::Entity& noun, std::int64_t record) {
    store.db()
        .prepare("DELETE FROM \"cursor\" WHERE \"name\"=?1 AND \"noun\"=?2 AND \"record\"=?3")
        .with(name, noun.number, record)
        .run();
}

}  // namespace crm::store
