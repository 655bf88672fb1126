#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::mail {

/// How a program ended.
struct Ended {
    int code = 0;          ///< its exit code; -1 where it could not be started
    bool killed = false;   ///< by a signal, or because the time was over
    std::string output{};  ///< its standard output, at most 64 KiB
};

/// Runs a program without a shell, with `input` on its standard input. `before_end` is called when
/// all of the input is written, before it is closed.
Ended run_program(const std::vector<std::string>& words, std::string_view input,
                  std::chrono::milliseconds timeout, const std::function<void()>& before_end = {});

}  // namespace crm::mail
