#pragma once

#include "base/flat_map.hpp"
#include "store/rule.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crm::store {

/// The values of a record that no other of its noun may have: its uid and its unique fields.
std::vector<UniqueKey> unique_keys(const Record& record);

/// Those that it did not have before; `before` may be null.
std::vector<UniqueKey> new_unique_keys(const Record* before, const Record& after);

/// Live records that hold a unique value, as the database knows.
std::vector<std::int64_t> holders(Store& store, const meta::Entity& entity, const UniqueKey& key);

/// Which record has which unique value during one operation. What the operation itself has
/// written is kept in memory, since look-ups go into their table at the end; for the rest the
/// database is asked, and when very many values are asked for, those of the noun are read at once.
class UniqueKeys {
public:
    /// `last_before`: the highest number that a noun had before the operation.
    UniqueKeys(RuleContext& context, std::function<std::int64_t(const meta::Entity&)> last_before)
        : context_(context), last_before_(std::move(last_before)) {}

    /// See RuleContext::taken. The values that were asked for are remembered until `hold`.
    std::optional<Taken> taken(const Record* before, const Record& after);
    /// The record that was asked for last is written, under this number.
    void hold(std::int64_t id);

private:
    struct Asked {
        std::int64_t times = 0;
        bool all_read = false;
    };
    std::uint64_t digest_of(const meta::Entity& entity, const UniqueKey& key);
    std::optional<Record> holds(const meta::Entity& entity, const UniqueKey& key, std::int64_t id,
                                std::int64_t self);
    std::optional<Record> stored(const meta::Entity& entity, const UniqueKey& key,
                                 std::int64_t self);
    void read_all(const meta::Entity& entity, int kind);

    RuleContext& context_;
    std::function<std::int64_t(const meta::Entity&)> last_before_;
    std::uint64_t seed_ = 0;
    FlatMap<std::int64_t> held_;                  ///< by digest_of
    std::map<std::pair<int, int>, Asked> asked_;  ///< by noun and kind
    std::vector<std::uint64_t> fresh_;            ///< what `hold` will keep
    std::string bytes_;                           ///< what is digested, kept for its memory
};

}  // namespace crm::store
