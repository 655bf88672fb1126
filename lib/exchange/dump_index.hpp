#pragma once

#include "store/record.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace crm::exchange {

/// A link of a record in the export of a database.
struct DumpLink {
    const meta::FieldInfo* field = nullptr;
    const meta::Entity* to = nullptr;
    std::int64_t id = 0;
    long line = 0;
};

/// The records of an export of a database by their ids: on which lines they are, and which links
/// lead to none of them.
class DumpIndex {
public:
    /// The line on which the record was first, which is this one unless it is there twice.
    long add(const store::Record& record, long line);
    long line(const meta::Entity& entity, std::int64_t id) const;  ///< 0: there is no such record

    void link(const DumpLink& link);
    /// The first link that leads to no record.
    std::optional<DumpLink> broken_link() const;

private:
    std::map<const meta::Entity*, std::unordered_map<std::int64_t, long>> lines_;
    std::vector<DumpLink> open_;  // to records that were not yet read when the link was
};

}  // namespace crm::exchange
