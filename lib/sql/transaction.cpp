#include "sql/connection.hpp"

namespace crm::sql {

Transaction::Transaction(Connection& connection, std::chrono::milliseconds wait)
    : driver_(*connection.driver_) {
    driver_.begin_writing(wait);
}

Transaction::~Transaction() {
    if (open_)
        driver_.roll_back();
}

void Transaction::commit() {
    driver_.commit();
    open_ = false;
}

Snapshot::Snapshot(Connection& connection) : driver_(*connection.driver_) {
    driver_.begin_reading();
}

Snapshot::~Snapshot() {
    try {
        driver_.commit();
    } catch (const Error&) {
        // Nothing was written: there is nothing to lose.
    }
}

}  // namespace crm::sql
