#pragma once

#include "exchange/import_context.hpp"
#include "exchange/import_memory.hpp"
#include "exchange/incoming_row.hpp"
#include "exchange/namesakes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crm::exchange {

/// How a row finds its record: by uid, reference in another system, e-mail address or another
/// unique value, telephone number with the same name, or name and company, in this order; with
/// --key by that field only. Records of one name are told apart by what makes them what they are
/// (meta::Identity), within a table also by their uids.
class RecordMatcher {
public:
    RecordMatcher(ImportContext& context, ImportMemory& memory)
        : context_(context), memory_(memory) {}

    /// The keys of a row whose company is `company` (0: none or not known).
    Keys keys(const IncomingRow& row, std::int64_t company) const;

    /// The record of a row; 0 for a new one. Error{rejected} when several records match, or when a
    /// key that belongs to one person has another name here.
    Expected<std::int64_t> find(const IncomingRow& row, std::int64_t company, const Keys& keys,
                                const form::Draft& draft);
    /// The same by the field of --key.
    Expected<std::int64_t> find_by_key_field(const IncomingRow& row);

    /// The value of the field of --key, folded; of a list the first.
    std::string key_value(const IncomingRow& row) const;
    static std::string key_field_key(std::string_view value);
    static std::string name_and_company_key(std::string_view name, std::int64_t company);

    /// The records in the database that have a key.
    std::vector<std::int64_t> stored(std::string_view key, const IncomingRow& row,
                                     std::int64_t company);

private:
    struct Level;
    struct Candidates {
        std::vector<std::int64_t> ids;
        std::string key;                  ///< the last that matched
        const KeyPlace* place = nullptr;  ///< where it was in this import
    };

    void add_lookup_keys(Keys& keys, const IncomingRow& row, const meta::FieldInfo& field,
                         const std::string& name) const;
    void add_same_key(Keys& keys, const IncomingRow& row, const std::string& name) const;
    Candidates candidates(const std::vector<Key>& keys, const IncomingRow& row,
                          std::int64_t company);
    bool has_been_named(const meta::Entity& entity, std::int64_t id, std::string_view name);
    Expected<void> check_name(const Level& level, const Candidates& found, const IncomingRow& row,
                              const form::Draft& draft);
    Expected<std::int64_t> find_by_name(const IncomingRow& row, std::int64_t company,
                                        const Keys& keys);
    /// Whether an earlier row of this import said of the record what the row contradicts.
    bool was_another(const IncomingRow& row, const Keys& keys, std::int64_t company,
                     std::int64_t record);
    bool is_another(const IncomingRow& row, std::int64_t company, const store::Record& stored);

    std::vector<std::int64_t> stored_by_uid(std::string_view uid, const meta::Entity& entity);
    std::vector<std::int64_t> stored_by_reference(std::string_view ref, const meta::Entity& entity);
    std::vector<store::Record> stored_by_name(const IncomingRow& row, std::int64_t company);
    Namesakes& stored_namesakes(std::string_view name_key, const IncomingRow& row,
                                std::int64_t company);
    std::string key_value_of(const meta::FieldInfo& field, std::string_view text) const;
    std::vector<std::int64_t> stored_by_key_field(const meta::Entity& entity,
                                                  const std::string& value);

    ImportContext& context_;
    ImportMemory& memory_;
    std::optional<Namesakes> namesakes_;                           // of the last name
    std::unordered_map<std::uint64_t, Namesakes> many_namesakes_;  // by name key
    std::optional<std::unordered_multimap<std::string, std::int64_t>> key_field_;  // of --key
};

}  // namespace crm::exchange
