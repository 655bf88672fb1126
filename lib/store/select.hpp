#pragma once

#include "store/store.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crm::store {

/// A column of a list: a path from the noun to a field (`name`, `account.name`, `address.city`),
/// `id` or `uid`.
struct SelectColumn {
    std::string title;
    std::vector<const meta::FieldInfo*> links;  ///< the links on the way
    const meta::FieldInfo* field = nullptr;     ///< null: id, uid or deleted_at, plain text
    int part = -1;      ///< cell of an address; of an amount 0 the number, 1 the currency
    std::string plain;  ///< the column, where `field` is null

    /// Cells it delivers: of a part or a plain column one, of rows any number.
    bool single() const { return field == nullptr || part >= 0; }
    /// The number of an amount: a decimal text in major units.
    bool number_of_amount() const;
};

/// Finds a path from a noun; unknown_field (usage) with the nearest words otherwise.
Expected<SelectColumn> select_column(const meta::Entity& entity, std::string_view path);

/// Records of one noun by a condition, in an order, column by column; streamed, so memory is flat
/// in their number.
class Selection {
public:
    Selection(Store& store, const meta::Entity& entity) : store_(store), entity_(entity) {}

    std::vector<SelectColumn> columns;
    std::string condition;  ///< SQL over alias "t", parameters from ?1; empty: all
    std::vector<Value> binds;
    bool trash = false;    ///< those in the trash instead of the live ones
    std::int64_t one = 0;  ///< only this record, wherever it is
    std::optional<std::vector<std::int64_t>>
        among;  ///< only these records; none of them, when it is empty
    std::int64_t limit = -1;

    /// "-amount,name": fields or paths, '-' before one for descending. Ends with the id, empty
    /// values last.
    Expected<void> sort(std::string_view fields);

    /// Calls back once per record with one span of cells per column (see meta::text and meta::json
    /// for their shapes). The cells are valid during the call. Return false to stop.
    void each(const std::function<bool(std::span<const std::span<const View>>)>& row);
    std::int64_t count();
    std::vector<std::int64_t> ids();
    std::string sql();  ///< of what `each` runs
    const meta::Entity& entity() const { return entity_; }

private:
    struct Plan;
    std::string join(std::span<const meta::FieldInfo* const> links, Plan& plan) const;
    std::string order_term(const SelectColumn& column, Plan& plan) const;
    Plan plan(bool with_columns) const;
    void bind(sql::Statement& statement) const;
    std::string where() const;
    std::function<bool(std::string_view)> having() const;

    Store& store_;
    const meta::Entity& entity_;
    mutable std::optional<std::vector<const meta::Entity*>> nouns_;  ///< that have records
    std::vector<std::pair<SelectColumn, bool>> order_;               ///< column, descending
};

}  // namespace crm::store
