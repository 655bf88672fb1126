#include "base/worker.hpp"

#include <utility>

namespace crm {

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Worker::run(std::function<void()> task) {
    wait();
    if (!thread_.joinable())
        thread_ = std::thread([this] { loop(); });
    {
        const std::lock_guard lock(mutex_);
        task_ = std::move(task);
    }
    changed_.notify_all();
}

bool Worker::busy() {
    const std::lock_guard lock(mutex_);
    return task_ != nullptr;
}

void Worker::wait() {
    if (!thread_.joinable())
        return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !task_; });
    if (failed_)
        std::rethrow_exception(std::exchange(failed_, nullptr));
}

void Worker::loop() {
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

}  // namespace crm
