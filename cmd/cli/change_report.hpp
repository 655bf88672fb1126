#pragma once

#include "cmd/cli/session.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace crm::cmd {

/// Prints what a change did to each record, as -o asks: a line, an id, the record as JSON, nothing
/// with -q.
class ChangeReport {
public:
    explicit ChangeReport(Session& session) : session_(session) {}
    /// `result`: what was done, in the past ("updated"); `more`: more text for the line.
    void add(const store::Record& record, std::string_view result, std::string_view more = {});
    void end();

private:
    bool silent() const;
    void add_json(const store::Record& record, const std::string& result);

    Session& session_;
    std::int64_t rows_ = 0;
};

/// Names of the fields in which two states of a record differ.
std::string changed_fields(const store::Record& before, const store::Record& after);

}  // namespace crm::cmd
