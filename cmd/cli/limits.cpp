#include "cmd/cli/limits.hpp"

#include "cmd/cli/errors.hpp"

#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

namespace crm::cmd {

Deadline::Deadline(std::chrono::milliseconds time, Error error, bool as_json)
    : thread_([this, time, error = std::move(error), as_json] {
          std::unique_lock lock(mutex_);
          if (changed_.wait_for(lock, time, [this] { return over_; }))
              return;
          ::_exit(print_error(error, as_json));
      }) {}

Deadline::~Deadline() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

/// The address sanitizer keeps freed memory and reserves address space beyond any limit.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CRM_SANITIZED
#endif
#endif

/// The address space, which the first number of /proc/self/statm counts in pages.
void limit_memory(std::size_t bytes) {
#ifdef CRM_SANITIZED
    (void)bytes;
#else
    std::size_t pages = 0;
    std::FILE* statm = std::fopen("/proc/self/statm", "re");
    const bool known = statm != nullptr && std::fscanf(statm, "%zu", &pages) == 1;
    if (statm != nullptr)
        std::fclose(statm);
    rlimit limit{};
    if (!known || ::getrlimit(RLIMIT_AS, &limit) != 0)
        return;
    const rlim_t most = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
    if (limit.rlim_cur == RLIM_INFINITY || most < limit.rlim_cur)
        limit.rlim_cur = most;
    ::setrlimit(RLIMIT_AS, &limit);
#endif
}

}  // namespace crm::cmd
