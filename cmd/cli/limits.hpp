#pragma once

#include "base/error.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

/// Limits of a command that runs what a user wrote. The command must only read: where a limit is
/// exceeded, the process may end at once.
namespace crm::cmd {

/// SQL that a user wrote stops by itself when its time is over, unless it is within a function.
inline constexpr std::chrono::seconds most_time_of_sql{30};
inline constexpr std::chrono::milliseconds grace_of_sql{500};
inline constexpr std::size_t most_memory_of_sql = std::size_t{256} << 20;

/// Ends the process with an error when `time` is over before the deadline is gone, wherever it is:
/// also within a function of the engine, which asks nobody how long it may take.
class Deadline {
public:
    Deadline(std::chrono::milliseconds time, Error error, bool as_json);
    ~Deadline();
    Deadline(const Deadline&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
    std::thread thread_;
};

/// From now on the process gets at most so many bytes more; then an allocation fails.
void limit_memory(std::size_t bytes);

}  // namespace crm::cmd
