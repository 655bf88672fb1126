#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The links that lead to a record: the one walk over them for merging, purging, undoing and
/// showing.
namespace crm::store {

/// A link of one noun that can lead to records of another.
struct IncomingLink {
    const meta::Entity* entity = nullptr;    ///< the noun that has it
    const meta::FieldInfo* field = nullptr;  ///< the link, or the rows in which it is
    const meta::FieldInfo* link = nullptr;   ///< the link itself
    int noun_number = 0;  ///< of a link to any noun: the number of the one that is linked to

    bool in_rows() const { return field != link; }
    /// The link says what its row is about, so that the row goes with it.
    bool identifies_row() const { return in_rows() && link == &field->rows.front(); }
    /// Where it is kept, quoted, and the column there that is the id of its record.
    std::string table() const;
    std::string_view record_column() const { return in_rows() ? "\"record\"" : "\"id\""; }
    /// The column with the id that it leads to, quoted.
    std::string column() const;
    /// For a link to any noun the condition on its column for the noun, after " AND "; else empty.
    std::string and_noun(std::string_view alias = {}) const;
    /// It leads to the record whose id is the expression `id`.
    std::string leads_to(std::string_view id, std::string_view alias = {}) const;
};

/// The links of a noun that can lead to records of `to`. First values of lists are left out: the
/// list has them.
std::vector<IncomingLink> incoming_links(const meta::Entity& entity, const meta::Entity& to);

/// A condition over the table of `entity`, known as `alias`: the record links to the one of `to`
/// whose id is the expression `id`. Owners are left out, since a user is no subject of what they
/// own. Empty where no link can.
std::string links_to(const meta::Entity& entity, const meta::Entity& to, std::string_view alias,
                     std::string_view id);

/// Ids of the records of `entity` that link to a record, owners included.
std::vector<std::int64_t> linking_records(Store& store, const meta::Entity& entity,
                                          const meta::Entity& to, std::int64_t id);

}  // namespace crm::store
