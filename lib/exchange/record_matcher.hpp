#pragma once

#include "exchange/import_context.hpp"
#include "exchange/import_memory.hpp"
#include "exchange/incoming_row.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::exchange {

/// How a row finds its record: by uid, reference in another system, e-mail address, telephone
/// number with the same name, or name and company, in this order; with --key by that field only.
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
    Candidates candidates(const std::vector<Key>& keys, const IncomingRow& row,
                          std::int64_t company);
    bool has_been_named(const meta::Entity& entity, std::int64_t id, std::string_view name);
    Expected<void> check_name(const Level& level, const Candidates& found, const IncomingRow& row,
                              const form::Draft& draft);
    bool is_somebody_else(const IncomingRow& row, std::int64_t company, std::int64_t record);

    std::vector<std::int64_t> stored_by_uid(std::string_view uid, const meta::Entity& entity);
    std::vector<std::int64_t> stored_by_name(const IncomingRow& row, std::int64_t company);

    ImportContext& context_;
    ImportMemory& memory_;
};

}  // namespace crm::exchange
