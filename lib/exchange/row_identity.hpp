#pragma once

#include "exchange/import_context.hpp"
#include "store/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

/// The fields of one value that a row may have, but for the name: of records whose name only
/// describes them (meta::Identity), each tells rows apart.
std::vector<const meta::FieldInfo*> telling_fields(const meta::Entity& entity);
/// In how many of them the row has a value of its own.
std::size_t count_of_values(const IncomingRow& row);
/// The values of a field as one text, the same for values that count as the same.
std::string cells_text(std::span<const Value> cells);
/// The same of a field that tells records apart; of a link the record that it leads to, "" where
/// there is none. Nothing where the row does not have the field.
std::optional<std::string> identity_value(const IncomingRow& row, const meta::FieldInfo& field,
                                          ImportContext& context);
/// The systems in which a record has a number; the uids of merged records are none.
std::vector<std::string> systems_of(const store::Record& record);

/// Whether the row's name and identity are enough to find its record by: always, unless the noun
/// needs all fields of its identity and the row lacks one.
bool has_whole_identity(const IncomingRow& row);
/// Whether the traits of a row, and those that earlier rows had of a record, may be of one record.
bool same_identity(const meta::Entity& entity, const Traits& row, const Traits& record);

/// Whether a stored record has another value in a field that tells records apart, or lacks one that
/// the noun needs.
bool contradicts(const IncomingRow& row, const store::Record& stored, ImportContext& context);
/// In how many fields of one value the two have the same.
std::size_t agreement(const IncomingRow& row, const store::Record& stored);

}  // namespace crm::exchange
