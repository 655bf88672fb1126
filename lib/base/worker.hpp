#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace crm {

/// One thread that does one task after the other; `run` waits until it is free. What a task throws
/// comes out of the next `wait` or `run`.
class Worker {
public:
    Worker() = default;
    Worker(const Worker&) = delete;
    ~Worker() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_all();
        if (thread_.joinable())
            thread_.join();
    }

    void run(std::function<void()> task) {
        wait();
        if (!thread_.joinable())
            thread_ = std::thread([this] { loop(); });
        {
            const std::lock_guard lock(mutex_);
            task_ = std::move(task);
        }
        changed_.notify_all();
    }

    bool busy() {
        const std::lock_guard lock(mutex_);
        return task_ != nullptr;
    }

    /// Until nothing is under way. Everything that the tasks did is seen afterwards.
    void wait() {
        if (!thread_.joinable())
            return;
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !task_; });
        if (failed_)
            std::rethrow_exception(std::exchange(failed_, nullptr));
    }

private:
    void loop() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return task_ || ending_; });
            if (!task_)
                return;
            lock.unlock();
            std::exception_ptr failed;
            try {
                task_();
            } catch (...) {
                failed = std::current_exception();
            }
            lock.lock();
            task_ = nullptr;
            if (failed && !failed_)
                failed_ = failed;
            changed_.notify_all();
        }
    }

    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void()> task_;
    std::exception_ptr failed_;
    bool ending_ = false;
};

}  // namespace crm
