#include "cmd/cli/progress.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace crm::cmd {

using namespace std::chrono_literals;

Progress::Progress(Session& session, Unit unit)
    : unit_(unit),
      active_(session.env.err_tty && !session.quiet),
      begun_(std::chrono::steady_clock::now()),
      shown_(begun_) {}

void Progress::at(std::size_t units) {
    if (!active_ || total_ == 0)
        return;
    const Time now = std::chrono::steady_clock::now();
    if (now - begun_ < 500ms || now - shown_ < 100ms)
        return;
    shown_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    const double rate = static_cast<double>(units) / seconds;
    const double share = static_cast<double>(units) / static_cast<double>(total_);
    const int filled = static_cast<int>(share * 24);
    std::string bar;
    for (int i = 0; i < 24; ++i)
        bar += i < filled ? "━" : "─";
    const std::string line =
        fmt::format("\r{} {:3.0f} %  {}  {:.0f} s left \x1b[K", bar, share * 100,
                    unit_ == Unit::bytes ? fmt::format("{:.1f} MB/s", rate / 1e6)
                                         : fmt::format("{:.0f} records/s", rate),
                    share > 0 ? seconds / share - seconds : 0);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

void Progress::done() {
    if (drawn_)
        std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
    active_ = false;
}

}  // namespace crm::cmd
