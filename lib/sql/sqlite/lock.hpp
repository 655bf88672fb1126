#pragma once

#include <chrono>
#include <string>

namespace crm::sql {

/// The lock for which writers of one database queue, on a file beside it: PATH-lock, where PATH is
/// the one that symbolic links lead to, so that a database has one lock however it is named.
/// Released when it goes.
class WriterLock {
public:
    WriterLock() = default;
    WriterLock(const std::string& path, std::chrono::milliseconds wait) { take(path, wait); }
    ~WriterLock() { release(); }
    WriterLock(const WriterLock&) = delete;

    /// Throws Error: busy when another writer keeps it longer than `wait`, refused when the
    /// database has hard links, io when the file cannot be created.
    void take(const std::string& path, std::chrono::milliseconds wait);
    void release();

private:
    int file_ = -1;
};

}  // namespace crm::sql
