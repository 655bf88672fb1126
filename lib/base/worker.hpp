#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace crm {

/// A second thread that does one task after the other.
///
/// What a task uses belongs to it until `wait` returns: the caller touches none of it in the
/// meantime, except what the two have agreed to lock. That is the only rule for sharing an SQLite
/// connection, too, which is opened with SQLITE_OPEN_NOMUTEX: it may go from one thread to another,
/// but never be used by two at once (https://sqlite.org/threadsafe.html, "multi-thread"). `run` and
/// `wait` hold a mutex, so that each thread sees all that the other one wrote before.
class Worker {
public:
    Worker() = default;
    Worker(const Worker&) = delete;
    ~Worker();

    /// Starts a task; waits first until the one before has ended, and throws what that threw.
    void run(std::function<void()> task);

    /// Whether a task is still running.
    bool busy();

    /// Returns when no task is running; throws what the last one threw.
    void wait();

private:
    void loop();

    std::thread thread_;  // begins with the first task
    std::mutex mutex_;    // of all below
    std::condition_variable changed_;
    std::function<void()> task_;
    std::exception_ptr failed_;
    bool ending_ = false;
};

}  // namespace crm
