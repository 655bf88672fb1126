#pragma once

#include "exchange/dump_index.hpp"
#include "exchange/dump_old.hpp"
#include "form/json_reader.hpp"
#include "meta/type.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::exchange {

/// Gives the record of a noun that has a name.
using NamedRecord = std::function<std::int64_t(const meta::Entity&, const std::string&)>;

/// Reads the members of a line that is a record. What they say is checked like what is typed; that
/// the records which it links to are there is not. Throws Error (refused or usage).
class DumpedRecord {
public:
    DumpedRecord(const meta::Entity& noun, const meta::Reading& how, NamedRecord named)
        : record(noun), how_(how), named_(std::move(named)) {}

    /// Reads the value of a member.
    void read(form::JsonReader& in, const std::string& key);

    store::Record record;
    std::vector<DumpLink> links;  ///< the ids that the export gave them
    OldCampaign old;

private:
    using Target = std::pair<const meta::Entity*, std::int64_t>;

    Target id(std::string_view text) const;
    Target target(form::JsonReader& in, const meta::FieldInfo& field);
    void read_value(form::JsonReader& in, const meta::FieldInfo& field, std::span<Value> cells);
    void read_typed(const meta::FieldInfo& field, std::string_view text, std::span<Value> cells);
    void read_list(form::JsonReader& in, const meta::FieldInfo& field, std::span<Value> cells);
    void read_rows(form::JsonReader& in, const meta::FieldInfo& field);
    void read_old_members(form::JsonReader& in);

    const meta::Reading& how_;
    NamedRecord named_;
};

}  // namespace crm::exchange
