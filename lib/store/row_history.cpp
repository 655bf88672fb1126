#include "store/row_history.hpp"

#include <algorithm>
#include <vector>

namespace crm::store {

using meta::FieldInfo;

namespace {

/// The text of the rows from `first` on.
std::string rows_text(const Record& record, const FieldInfo& field, std::size_t first,
                      const meta::Model& model) {
    const auto& rows = record.rows[field.first];
    Record part(*record.entity);
    part.rows[field.first].assign(rows.begin() + static_cast<long>(first), rows.end());
    return history_text(part, field, model);
}

}  // namespace

bool keeps_last_rows(const FieldInfo& field) {
    return field.type() == meta::Type::rows && field.is(meta::derived);
}

ChangeTexts change_texts(const Record& before, const Record& after, const FieldInfo& field,
                         const meta::Model& model) {
    if (!keeps_last_rows(field))
        return {history_text(before, field, model), history_text(after, field, model)};
    const auto &was = before.rows[field.first], &is = after.rows[field.first];
    const auto differ = std::ranges::mismatch(was, is);
    const auto same = static_cast<std::size_t>(differ.in1 - was.begin());
    return {rows_text(before, field, same, model), rows_text(after, field, same, model)};
}

bool remove_last_rows(Record& record, const FieldInfo& field, std::string_view text,
                      const meta::Model& model) {
    auto& rows = record.rows[field.first];
    std::size_t first = rows.size();
    std::string last;
    while (first > 0 && last.size() < text.size())
        last = rows_text(record, field, --first, model);
    if (last != text)
        return false;
    rows.resize(first);
    return true;
}

}  // namespace crm::store
