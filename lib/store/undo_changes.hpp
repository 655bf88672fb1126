#pragma once

#include "store/writer.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace crm::store {

/// What only an undo does to records, through a writer: what was added is taken away as if it had
/// never been there, or comes back, and fields are put back together with their time.
class UndoChanges {
public:
    explicit UndoChanges(Writer& writer) : writer_(writer) {}

    /// A run of records, from the first number to the last. `report` gets the id of each.
    void unadd(const meta::Entity& entity, std::int64_t first, std::int64_t last,
               const std::function<void(std::int64_t)>& report);
    void readd(const meta::Entity& entity, std::int64_t first, std::int64_t last,
               const std::function<void(std::int64_t)>& report);
    /// A record as it was. `updated_at`: its time then; empty where somebody changed it since.
    void put_back(const Record& before, Record& after, const std::string& updated_at);
    /// Takes back what came of a record that is to be removed, where rules say how.
    bool takes_back(const meta::Entity& entity) const;
    TakenBack take_back(const Record& record);
    /// Asks the rules of what was put back, now that all of it is in place.
    void check_settled();
    /// The history says which operation this one undoes.
    void undoes(std::int64_t operation);

private:
    Writer& writer_;
};

}  // namespace crm::store
