#include "store/numbers.hpp"

#include <algorithm>

namespace crm::store {

Numbers::Numbers(Store& store, const meta::Entity& entity) : store_(store), entity_(entity) {
    sql::Statement get = store.db().prepare(R"(SELECT "last" FROM "sequence" WHERE "noun" = ?1)");
    get.with(entity.noun);
    if (get.step())
        last_ = stored_last_ = get.integer(0);
    count_from(store.last_of_dry_run(entity));
}

std::int64_t Numbers::take() {
    ++last_;
    if (first_added_ == 0)
        first_added_ = last_;
    last_added_ = last_;
    return last_;
}

void Numbers::include(std::int64_t id) {
    count_from(id);
    first_added_ = first_added_ == 0 ? id : std::min(first_added_, id);
    last_added_ = std::max(last_added_, id);
}

void Numbers::count_from(std::int64_t last) {
    last_ = std::max(last_, last);
}

void Numbers::write() {
    if (last_ == stored_last_)
        return;
    store_.db()
        .prepare(R"(
            INSERT INTO "sequence"("noun", "last") VALUES(?1, ?2)
            ON CONFLICT("noun") DO UPDATE SET "last" = excluded."last")")
        .with(entity_.noun, last_)
        .run();
    stored_last_ = last_;
}

}  // namespace crm::store
