#pragma once

#include "base/value.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// One row of a `rows` field: its cells one after another, as FieldInfo::rows counts them.
using RowCells = std::vector<Value>;

/// A record in memory: what its entity declares, cell by cell.
struct Record {
    const meta::Entity* entity = nullptr;
    std::int64_t id = 0;  ///< 0: not yet added
    std::string uid;
    std::vector<Value> cells;
    std::vector<std::vector<RowCells>> rows;
    std::string deleted_at;  ///< empty: live
    /// Fields that the change under way says by name: what follows from others leaves them alone,
    /// also where the value is the one that was there.
    std::vector<const meta::FieldInfo*> given{};

    explicit Record(const meta::Entity& e) : entity(&e), cells(e.cells()), rows(e.row_lists()) {}

    std::span<const Value> of(const meta::FieldInfo& field) const {
        return {cells.data() + field.first, field.cells};
    }
    std::vector<View> views(const meta::FieldInfo& field) const {
        return {cells.begin() + static_cast<long>(field.first),
                cells.begin() + static_cast<long>(field.first + field.cells)};
    }
    void put(const meta::FieldInfo& field, std::vector<Value> values) {
        std::ranges::move(values, cells.begin() + static_cast<long>(field.first));
    }
    const std::string& text(const meta::FieldInfo& field) const {
        static const std::string nothing;
        const auto* s = std::get_if<std::string>(&cells[field.first + field.cells - 1]);
        return s == nullptr ? nothing : *s;
    }
    /// By the name of the field; empty where the noun has none of that name.
    const std::string& text(std::string_view name) const;
    std::int64_t number(std::string_view name) const { return number(field(name)); }
    /// The noun must have it.
    const meta::FieldInfo& field(std::string_view name) const { return *entity->find(name); }
    /// Empties the field where the value is empty.
    void put_text(std::string_view name, std::string value);
    std::int64_t number(const meta::FieldInfo& field) const {
        const auto* n = std::get_if<std::int64_t>(&cells[field.first + field.cells - 1]);
        return n == nullptr ? 0 : *n;
    }
    std::string short_id() const { return meta::short_id(*entity, id); }
    /// What a person calls it: the name field, or the first words of the first text.
    std::string label() const;

    bool operator==(const Record&) const = default;

    bool is_given(const meta::FieldInfo& field) const {
        return std::ranges::find(given, &field) != given.end();
    }
};

/// Keeps lists and their mirrors in step: the mirror shows the list's first value. Call after
/// changing lists or rows.
void align_mirrors(Record& record);

/// What the history keeps of a field: text from which the cells can be read again (`a3 (CEO, since
/// 2020-01-01)`).
std::string history_text(const Record& record, const meta::FieldInfo& field,
                         const meta::Model& model);

}  // namespace crm::store
