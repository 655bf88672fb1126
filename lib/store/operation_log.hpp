#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace crm::store {

/// The entry that one operation makes in the history: who did what when, and a line for each field
/// of each record that changed. Its number is taken when the first line is written, so that a
/// command that changes nothing takes none.
class OperationLog {
public:
    /// `at`: an instant; `user`: a short id or a name; `command`: as typed.
    OperationLog(Store& store, std::string at, std::string user, std::string command)
        : store_(store), at_(std::move(at)), user_(std::move(user)), command_(std::move(command)) {}

    bool begun() const { return id_ != 0; }
    /// Whether it has a line about records of the noun.
    bool touches(const meta::Entity& entity) const {
        return (touched_ & std::uint64_t{1} << entity.number) != 0;
    }
    /// The number; 0 while nothing has changed.
    std::int64_t id() const { return id_; }
    /// Takes the number, unless that is done.
    void begin();

    /// One action on a record; on a field of it where one is given.
    void record(const Record& record, std::string_view action, std::string_view field = {},
                std::string_view old_value = {}, std::string_view new_value = {});
    /// One action on a run of records.
    void run(const meta::Entity& entity, std::int64_t first, std::int64_t last,
             std::string_view action);
    /// Another new value than the one that was recorded last for a field.
    void correct(const Record& record, std::string_view field, std::string_view new_value);
    /// This operation takes that one back.
    void undoes(std::int64_t operation);
    /// What a field of a record held before this operation.
    std::string text_before(const Record& record, const meta::FieldInfo& field);

private:
    void touch(const meta::Entity& entity) { touched_ |= std::uint64_t{1} << entity.number; }

    Store& store_;
    std::string at_, user_, command_;
    std::int64_t id_ = 0;
    std::uint64_t touched_ = 0;  ///< a bit for each noun, by its number (1 to 63)
    sql::Statement line_;
};

}  // namespace crm::store
