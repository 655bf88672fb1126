#pragma once

#include "cmd/cli/session.hpp"

#include <chrono>
#include <string>

namespace crm::cmd {

/// A progress bar on standard error, if that is a terminal, for what takes longer than half a
/// second: share done, rate, time left.
class Progress {
public:
    enum class Unit { bytes, records };
    explicit Progress(Session& session, Unit unit = Unit::bytes);
    ~Progress() { done(); }
    void total(std::size_t units) { total_ = units; }
    void at(std::size_t units);
    void done();

private:
    using Time = std::chrono::steady_clock::time_point;
    Unit unit_;
    bool active_;
    std::size_t total_ = 0;
    Time begun_, shown_;
    bool drawn_ = false;
};

}  // namespace crm::cmd
