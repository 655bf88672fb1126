#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"
#include "store/record.hpp"

/// Fields that users declare. Each is a record of the noun `field`, so that it is listed, exported,
/// logged and undone like any other, and a field of its noun from the next opening of the store on.
namespace crm::store {

class Store;

/// Joins the fields that the store's records declare to their nouns.
void join_custom_fields(sql::Connection& db, meta::Model& model);

/// Those in the trash too, whose values the records still have: for what takes the whole store
/// along.
void join_trashed_fields(Store& store);

/// A new record of `field`: throws usage or refused when it declares what cannot be; else the field
/// joins its noun and its columns are made.
void declare_field(Store& store, const Record& record);

/// Refuses a change of what the columns were made for (noun, name, type, to and searched), and
/// words or a range past which values are.
void check_redeclared(Store& store, const Record& before, const Record& after);

}  // namespace crm::store
