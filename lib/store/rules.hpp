#pragma once

#include "store/record.hpp"
#include "store/store.hpp"

#include <string>

namespace crm::store {

struct RuleContext {
    const std::string& now;    ///< an instant
    const std::string& today;  ///< a day where the user is
    bool imported = false;     ///< the day that the file tells counts, and no other
    bool strict = true;        ///< what a stage requires is asked for
};

/// Throws refused where a record would come to stand above itself: a company whose parent it is the
/// parent of.
void refuse_circle(Store& store, const Record* before, const Record& after);

/// Before an addition: a quote has the customer of its deal and an order that of its quote, unless
/// told.
void default_customer(Store& store, Record& record);
bool lacks_customer(const Record& record);  ///< whether it could default_customer one

/// Fills in what follows from a change, whoever makes it: a deal that comes to a stage has that
/// stage's probability, and the time and day at which it was won or lost; a rate is written as
/// rates are. `before` is null for an addition. Throws refused where the stage is none of the
/// deal's pipeline or requires what the deal does not have. An order's total is that of its lines,
/// unless it is told. Undo does not come by here.
void apply_rules(const Record* before, Record& after, const RuleContext& when);

/// A deal's stages: whoever changes its stage, also undo of what was done before there was such a
/// list, the last row is the stage in which it stands. It begins when the deal was made or, if that
/// is what is known, decided; later ones begin `now`, or on the day that a file tells, but never
/// before the one that ends.
void record_stage_history(const Record* before, Record& after, const std::string& now);

}  // namespace crm::store
