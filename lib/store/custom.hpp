#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"
#include "store/rule.hpp"

/// Fields that users declare. Each is a record of the noun `field`, so that it is listed, exported,
/// logged and undone like any other, and a field of its noun from the next opening of the store on.
namespace crm::store {

class Store;

/// Joins the fields that the store's records declare to their nouns.
void join_custom_fields(sql::Connection& db, meta::Model& model);

/// Those in the trash too, whose values the records still have: for what takes the whole store
/// along.
void join_trashed_fields(Store& store);

/// A rule: throws usage or refused where a new record of `field` declares what cannot be, and where
/// a change touches what the columns were made for (noun, name, type, to and searched), or leaves
/// out words or a range in which values are.
void check_field(RuleContext& context, const Record* before, const Record& after);

/// What follows: a new field joins its noun, and its columns are made.
void join_field(RuleContext& context, const Record* before, const Record& after);

}  // namespace crm::store
