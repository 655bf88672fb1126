#pragma once

#include "exchange/import_context.hpp"
#include "exchange/incoming_row.hpp"

#include <array>
#include <string>
#include <unordered_map>

namespace crm::exchange {

/// Reads the fields of a draft by their types. Values that a field cannot read are kept as extra
/// properties where the format has such, otherwise they are an error of the row.
class DraftReader {
public:
    explicit DraftReader(ImportContext& context) : context_(context) {}

    Expected<void> read(IncomingRow& row, form::Draft& draft);

private:
    /// Where the value of a draft's field goes.
    struct Target {
        enum class Kind {
            ignored,
            id,
            uid,
            value,
            part,
            list,
            mirror,
            link,
            rows,
            unknown
        } kind = Kind::unknown;
        const meta::FieldInfo* field = nullptr;
        std::size_t part = 0;
    };

    const Target& target(const meta::Entity& entity, const std::string& name);
    static Target find_target(const meta::Entity& entity, const std::string& name);

    Expected<void> read_field(IncomingRow& row, form::DraftField& given);
    Expected<void> read_mirror(IncomingRow& row, const meta::FieldInfo& field,
                               form::DraftField& given);
    Expected<void> read_list(IncomingRow& row, const meta::FieldInfo& field,
                             form::DraftField& given);
    Expected<void> read_value(IncomingRow& row, const meta::FieldInfo& field,
                              form::DraftField& given);
    Expected<void> read_choice(IncomingRow& row, const meta::FieldInfo& field,
                               form::DraftField& given);
    void remove_short_tags(IncomingRow& row, form::DraftField& given);
    Expected<std::vector<Value>> readable_items(IncomingRow& row, const meta::FieldInfo& field,
                                                form::DraftField& given);
    void put_first_values(IncomingRow& row);

    ImportContext& context_;
    std::array<std::unordered_map<std::string, Target>, 64> targets_;  // by the number of the noun
};

}  // namespace crm::exchange
