#include "cmd/cli/freed_memory.hpp"

#include <malloc.h>

namespace crm::cmd {

void keep_freed_memory() {
#ifdef __GLIBC__
    constexpr int mebibyte = 1 << 20;
    ::mallopt(M_MMAP_THRESHOLD, 4 * mebibyte);
    ::mallopt(M_TRIM_THRESHOLD, 32 * mebibyte);
#endif
}

}  // namespace crm::cmd
