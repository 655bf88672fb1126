#pragma once

#include "store/record.hpp"

#include <functional>
#include <string>
#include <string_view>

/// What the history keeps of rows that the program itself keeps: versions, events, uses. Such lists
/// grow at their end, and an article that was edited a thousand times has a thousand versions: the
/// history has the rows from the first one that differs.
namespace crm::store {

/// The old and the new text of a changed field.
struct ChangeTexts {
    std::string old_value, new_value;
};
ChangeTexts change_texts(const Record& before, const Record& after, const meta::FieldInfo& field,
                         const meta::Model& model);

/// Whether the history of a field has only its last rows.
bool keeps_last_rows(const meta::FieldInfo& field);

/// Removes the last rows of a field, of which the history has this text; false, and nothing
/// changed, where the last rows are others.
bool remove_last_rows(Record& record, const meta::FieldInfo& field, std::string_view text,
                      const meta::Model& model);

}  // namespace crm::store
