#pragma once

#include "store/resolve.hpp"

#include <string>
#include <string_view>

namespace crm::store {

/// `field=value`, `field+=value`, `field-=value`, `field=`, `+tag`, `-tag`, `address.city=value`.
struct Assignment {
    enum class Op { set, add, remove };
    const meta::FieldInfo* field = nullptr;
    int part = -1;  ///< cell of an address; -1: the whole value
    Op op = Op::set;
    std::string text;
};

/// Whether a word looks like an assignment (the field need not exist).
bool is_assignment(std::string_view word);
/// Reads one word against a noun. Errors are usage: unknown_field with the nearest names, derived
/// fields.
Expected<Assignment> read_assignment(const meta::Entity& entity, std::string_view word);
/// The assignment of a field by its name and part ("address.city").
Expected<Assignment> assignment(const meta::Entity& entity, std::string_view field,
                                Assignment::Op op, std::string_view text);

/// A tag has at least two characters, however it is set: one letter is a slip. Errors are usage.
Expected<void> check_tag(std::string_view tag);

/// Changes the record in memory. A bare number keeps the currency that the amount or the record
/// has. Errors: refused for a value its type does not take, not_found and ambiguous for links.
Expected<void> apply(Record& record, const Assignment& assignment, Resolver& resolver,
                     const meta::Reading& reading);

/// What follows from other fields: a contact's name out of its parts where none is given, a
/// company's domain out of its own web page.
void complete(Record& record);

/// After an edit: where a person's whole name was that of its parts, it still is when a part has
/// changed; and when the whole has changed, the parts of the old one go.
void align_name(const Record& before, Record& after);

/// Makes one row of those that are about the same record; the first value of a cell counts.
void unite_rows(const meta::FieldInfo& field, std::vector<RowCells>& rows);

}  // namespace crm::store
