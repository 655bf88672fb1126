#include "sql/connection.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

namespace crm::sql {

Transaction::Transaction(Connection& connection, std::chrono::milliseconds wait)
    : connection_(connection) {
    const std::string side = connection.path() + "-lock";
    lock_ = ::open(side.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0)
        throw Error(Fault::io, "lock",
                    side + " cannot be made: " + std::strerror(errno) + "; nothing was changed");
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        // The kernel's queue is fair, which polling is not; an alarm ends the wait.
        struct sigaction act {
        }, before{};
        act.sa_handler = [](int) {};
        ::sigaction(SIGALRM, &act, &before);
        const auto count = std::max<long>(1, wait.count());
        itimerval timer{{0, 50'000}, {count / 1000, (count % 1000) * 1000}};
        const auto until = std::chrono::steady_clock::now() + wait;
        ::setitimer(ITIMER_REAL, &timer, nullptr);
        int code;
        do
            code = ::flock(lock_, LOCK_EX);
        while (code != 0 && errno == EINTR && std::chrono::steady_clock::now() < until);
        timer = {};
        ::setitimer(ITIMER_REAL, &timer, nullptr);
        ::sigaction(SIGALRM, &before, nullptr);
        if (code != 0) {
            ::close(lock_);
            throw Error(Fault::busy, "busy", connection.path() + " is busy; nothing was changed",
                        "try again, or wait longer with --lock-wait 60s");
        }
    }
    try {
        connection_.run("BEGIN IMMEDIATE");
    } catch (...) {
        ::close(lock_);
        throw;
    }
    open_ = true;
}

Transaction::~Transaction() {
    if (open_)
        roll_back();
    if (lock_ >= 0)
        ::close(lock_);
}

void Transaction::roll_back() noexcept {
    try {
        connection_.run("ROLLBACK");
    } catch (const Error&) {
        // SQLite has rolled back by itself after a full disk or a failed write.
    }
}

void Transaction::commit() {
    connection_.run("COMMIT");
    open_ = false;
    ::close(lock_);
    lock_ = -1;
}

Snapshot::Snapshot(Connection& connection) : connection_(connection) {
    connection_.run("BEGIN");
}
Snapshot::~Snapshot() {
    try {
        connection_.run("COMMIT");
    } catch (const Error&) {
        // Nothing was written: there is nothing to lose.
    }
}

}  // namespace crm::sql
