#pragma once

#include "report/result.hpp"
#include "store/store.hpp"

/// How good the data is.
namespace crm::report {

/// What is filled and valid, by noun and field: of the nouns that have records, the fields that
/// can be entered. A value is invalid that could not be entered any more, such as one of an older
/// release or a change in SQL. With `only` of that noun alone. `noun`: of this one only.
Result quality(store::Store& store, const Clock& clock, const meta::Entity* only = nullptr);
/// Its columns.
std::vector<Column> quality_columns();

}  // namespace crm::report
