#pragma once

#include "cmd/cli/session.hpp"

#include <chrono>
#include <string>

namespace crm::cmd {

/// A line on a terminal's standard error while something takes longer than half a second: how far,
/// how fast, how long yet.
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
