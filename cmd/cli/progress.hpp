#pragma once

#include "cmd/cli/session.hpp"

#include <chrono>
#include <string>

namespace crm::cmd {

/// A progress bar on standard error, if that is a terminal, for what takes longer than half a
/// second: share done, rate, time left.
class Progress {
public:
    explicit Progress(Session& session);
    ~Progress() { done(); }
    void total(std::size_t bytes) { total_ = bytes; }
    void at(std::size_t bytes);
    void done();

private:
    using Time = std::chrono::steady_clock::time_point;
    bool active_;
    std::size_t total_ = 0;
    Time begun_, shown_;
    bool drawn_ = false;
};

}  // namespace crm::cmd
