#pragma once

#include "meta/entity.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The stable views for people who write SQL: a row per live record, values as people know them.
namespace crm::sql {

/// What a view is called: v_contact, v_contact_accounts. Empty name: the noun itself.
std::string view_name(const meta::Entity& entity, const meta::FieldInfo* rows = nullptr);

/// `CREATE VIEW` for a noun, and for each of its lists of rows. Ids are short ids (c12), a link has
/// its name and NAME_id, an amount is a decimal number with NAME_minor (minor units, exact) and
/// NAME_currency beside it, yes and no are 1 and 0, a list is its text form. For joins that need an
/// index there are the numbers of records: `key`, and NAME_key of a link. What a deal is worth is
/// its amount `value`, an order without tax `net`. Where a field of the
/// user has the name of one of these further columns, the column is called `key_`.
std::string create_view(const meta::Entity& entity, const meta::FieldInfo* rows, bool temporary);

/// What a further column of a noun's view is called: `key`, or `key_` where a field has that name.
std::string extra_column(const meta::Entity& entity, std::string_view name);

/// The columns of an amount of a noun's view: of a field, or of `value` or `net`.
struct AmountColumns {
    std::string minor, currency;
};
AmountColumns amount_columns(const meta::Entity& entity, std::string_view amount);

/// The column of a noun's view that has exactly what a column of its table has: owner_key for
/// owner. Nothing where the view has none.
std::optional<std::string> view_column(const meta::Entity& entity, std::string_view column);

/// A condition on the table `alias`, as one on the view of that alias: `t."owner" = 3` is
/// `t."owner_key" = 3`. Nothing where the view lacks a column.
std::optional<std::string> over_view(const meta::Entity& entity, std::string_view condition,
                                     std::string_view alias);

}  // namespace crm::sql
