#include "base/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

extern "C" const char __executable_start, edata;  // of the linker

namespace crm {
namespace {

void advise(std::uintptr_t from, std::uintptr_t to, int how) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    from = (from + page - 1) / page * page;
    if (from < to) ::madvise(reinterpret_cast<void*>(from), to - from, how);  // advice: a refusal changes nothing but the time
}

/// Memory of the heap that is asked for now, to be used by what is asked for later.
void advise_heap(std::size_t bytes, int how) {
#ifndef __SANITIZE_ADDRESS__
    void* block = std::malloc(bytes);
    if (block == nullptr) return;
    const auto at = reinterpret_cast<std::uintptr_t>(block);
    advise(at, at + bytes, how);
    std::free(block);
#else
    (void)bytes, (void)how;
#endif
}

}  // namespace

void touch_memory() {
    // What is freed is kept for what is asked for next: no command lives long.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    advise(reinterpret_cast<std::uintptr_t>(&__executable_start), reinterpret_cast<std::uintptr_t>(&edata), MADV_POPULATE_READ);
    advise_heap(240 << 10, MADV_POPULATE_WRITE);
}

void expect_memory(std::size_t bytes) {
    constexpr std::size_t huge = 2 << 20;
    if (bytes < 2 * huge) return;
    advise_heap(bytes, MADV_HUGEPAGE);
}

}  // namespace crm
