#include "store/noun_tables.hpp"

#include "meta/type.hpp"
#include "sql/schema.hpp"

#include <string_view>
#include <vector>

namespace crm::store {

NounTables::NounTables(Store& store, const meta::Entity& of, DerivedTables& derived)
    : entity(of),
      created_at(*of.find("created_at")),
      updated_at(*of.find("updated_at")),
      tags(*of.find("tags")),
      numbers(store, of),
      records(store, of, numbers.stored_last() >= sql::indexed_from),
      words(store, of, numbers),
      derived_(derived) {}

void NounTables::insert(const Record& record) {
    records.insert(record);
    if (!record.deleted_at.empty())
        return;
    const std::vector<View> cells(record.cells.begin(), record.cells.end());
    derived_.lookups.add(entity, record.id, cells);
    keep_tags(cells);
    words.add(record);
}

void NounTables::rederive(const Record& before, const Record& after) {
    derived_.lookups.change(before, after);
    keep_tags(std::vector<View>(after.cells.begin(), after.cells.end()));
    words.change(before, after);
}

void NounTables::remove_derived(std::int64_t first, std::int64_t last) {
    words.remove(first, last);
    derived_.lookups.remove(entity, first, last);
}

void NounTables::keep_tags(std::span<const View> cells) {
    meta::each_value(tags, cells[tags.first].text,
                     [&](std::string_view tag) { derived_.tags.keep(tag); });
}

}  // namespace crm::store
