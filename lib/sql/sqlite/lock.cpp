#include "sql/sqlite/lock.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

namespace crm::sql {
namespace {

/// The kernel's queue is fair, which polling is not; an alarm ends the wait.
bool wait_for_lock(int file, std::chrono::milliseconds wait) {
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
        code = ::flock(file, LOCK_EX);
    while (code != 0 && errno == EINTR && std::chrono::steady_clock::now() < until);
    timer = {};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
    return code == 0;
}

/// A database that is still to be created has no path of its own yet; its folder has.
std::string real_path(const std::string& path) {
    std::error_code failed;
    const auto real = std::filesystem::weakly_canonical(path, failed);
    return failed ? path : real.string();
}

}  // namespace

void WriterLock::take(const std::string& path, std::chrono::milliseconds wait) {
    const std::string side = real_path(path) + "-lock";
    file_ = ::open(side.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file_ < 0)
        throw Error(Fault::io, "lock",
                    side + " cannot be created: " + std::strerror(errno) + "; nothing was changed");
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0 && !wait_for_lock(file_, wait)) {
        release();
        throw Error(Fault::busy, "busy", path + " is busy; nothing was changed",
                    "try again, or wait longer with --lock-wait 60s");
    }
    // Under another name there is another lock and another journal: after a crash nobody who uses
    // that name would know what is to be rolled back.
    if (links_of(real_path(path)) < 2)
        return;
    release();
    throw Error(Fault::refused, "linked",
                path +
                    " has a second name (a hard link), under which others cannot see its lock "
                    "and its journal; nothing was changed",
                "remove the other name; cp or crm backup makes a copy, ln -s a second name");
}

void WriterLock::release() {
    if (file_ >= 0)
        ::close(file_);
    file_ = -1;
}

}  // namespace crm::sql
