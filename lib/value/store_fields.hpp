#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crm::value {

/// The texts of a field of some records, each different one kept once: most fields have few.
class TextColumn {
public:
    void add(std::string text);
    const std::string& operator[](std::size_t record) const { return *texts_[of_[record]]; }
    std::size_t different() const { return texts_.size(); }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::vector<const std::string*> texts_;
    std::vector<std::uint32_t> of_;  ///< by record
};

/// The texts of fields of some records; of an amount its number.
struct FieldTexts {
    std::vector<std::int64_t> ids;
    std::vector<TextColumn> texts;  ///< by field
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
