#pragma once

#include "exchange/import_context.hpp"
#include "store/record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What a row says of itself: the values that tell it apart from other rows of the same name
/// (meta::Identity).
namespace crm::exchange {

struct IncomingRow;

/// One value that tells rows apart.
struct Trait {
    std::size_t field;    ///< its index in the entity
    std::uint64_t value;  ///< digest
    bool operator==(const Trait&) const = default;
};

/// In the order of the fields.
using Traits = std::vector<Trait>;

Traits traits_of(const IncomingRow& row, const ImportContext& context);
/// Whether the two have different values in a field.
bool contradict(const Traits& a, const Traits& b);
/// Adds those of fields that `traits` does not have.
void add_missing(Traits& traits, const Traits& more);

/// Whether a stored record has another value in a field that tells records apart.
bool contradicts(const IncomingRow& row, const store::Record& stored, ImportContext& context);
/// In how many fields of one value the two have the same.
std::size_t agreement(const IncomingRow& row, const store::Record& stored);

}  // namespace crm::exchange
