#pragma once

#include "store/resolve.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What completion offers from the database. Every query is a short range of an index, so that
/// a large database answers like a small one; values are those of the newest records.
namespace crm::store {

/// A record that may be meant.
struct Candidate {
    std::int64_t id = 0;
    std::string name;
    std::string email;  ///< empty where the noun has none
};

/// Whether records of the noun are found by the beginning of their name.
bool found_by_name(const meta::Entity& entity);

/// Whether `me`, the user who acts, is a record of the noun.
bool accepts_me(const meta::Entity& entity);

/// The newest records.
std::vector<Candidate> latest_records(Store& store, const meta::Entity& entity, int most);
/// Records whose name has this beginning, in the order of the alphabet. All where it is empty; none
/// unless `found_by_name`.
std::vector<Candidate> records_named(Store& store, const meta::Entity& entity,
                                     std::string_view beginning, int most);
/// Records whose number begins with these digits.
std::vector<Candidate> records_numbered(Store& store, const meta::Entity& entity,
                                        std::int64_t digits, int most);
/// E-mail addresses with this beginning and the record of each; `noun` null: of any noun.
std::vector<std::pair<std::string, Found>> addresses(Store& store, const meta::Entity* noun,
                                                     std::string_view beginning, int most);

/// Tags in use with this beginning.
std::vector<std::string> tags(Store& store, std::string_view beginning, int most);

/// The different texts that newer records have in a field.
std::vector<std::string> values(Store& store, const meta::FieldInfo& field, int most);
/// Topics of campaigns and of the consent ledger.
std::vector<std::string> topics(Store& store, int most);

/// The segments of a noun, each with its query or, where it is frozen, where it came from.
std::vector<std::pair<std::string, std::string>> segments(Store& store, const meta::Entity& noun);

}  // namespace crm::store
