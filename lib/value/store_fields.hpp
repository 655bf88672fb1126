#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace crm::value {

/// The texts of fields of some records; of an amount its number.
struct FieldTexts {
    std::vector<std::int64_t> ids;
    std::vector<std::deque<std::string>> texts;  ///< by field, then record
    std::vector<std::string> notes;
};

/// The fields, as paths, of the records that a query finds, by their ids; with `among` only of
/// those. Amounts in other currencies than that of the database are empty, and counted in a note.
/// Throws usage for a wrong query and a path that leads nowhere.
FieldTexts field_texts(store::Resolver& resolver, const Clock& clock, const meta::Entity& noun,
                       const std::vector<std::string>& query, const std::vector<std::string>& paths,
                       const std::vector<std::int64_t>* among = nullptr);

/// A condition on the records `t` of a noun, as one on the rows `t` of its view.
std::string over_view(const meta::Entity& noun, const std::string& condition);

/// 3 of a3.
std::int64_t number_of(std::string_view short_id, const meta::Entity& noun);

/// Whether the noun has tables: it has had a record.
bool is_in_use(store::Store& store, const meta::Entity& noun);

}  // namespace crm::value
