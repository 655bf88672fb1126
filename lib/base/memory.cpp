#include "base/memory.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" const char __executable_start, edata;  // of the linker

namespace crm {
namespace {

void advise(std::uintptr_t from, std::uintptr_t to, int how) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    from = (from + page - 1) / page * page;
    if (from < to)
        ::madvise(reinterpret_cast<void*>(from), to - from,
                  how);  // advice: a refusal changes nothing but the time
}

/// Memory of the heap that is asked for now, to be used by what is asked for later.
void advise_heap(std::size_t bytes, int how) {
#ifndef __SANITIZE_ADDRESS__
    void* block = std::malloc(bytes);
    if (block == nullptr)
        return;
    const auto at = reinterpret_cast<std::uintptr_t>(block);
    advise(at, at + bytes, how);
    std::free(block);
#else
    (void)bytes, (void)how;
#endif
}

/// Whether a page fault takes long: under a microsecond on most machines, ten and more where a
/// virtual one keeps its page tables twice. The lesser of two, so that a thread switch in one of
/// them says nothing.
bool faults_are_dear() {
    constexpr std::size_t apart = 64 << 10;
    auto* block = static_cast<volatile char*>(std::malloc(3 * apart));
    if (block == nullptr)
        return false;
    auto least = std::chrono::nanoseconds::max();
    for (const std::size_t at : {apart, 2 * apart}) {
        const auto before = std::chrono::steady_clock::now();
        block[at] = 0;
        least =
            std::min(least, std::chrono::nanoseconds(std::chrono::steady_clock::now() - before));
    }
    std::free(const_cast<char*>(block));
    return least > std::chrono::microseconds(4);
}

}  // namespace

void touch_memory() {
    // What is freed is kept for what is asked for next: no command lives long.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    // A command runs through a tenth of the program. Mapping all of it costs more than the faults
    // that it spares, unless these are dear.
    if (faults_are_dear())
        advise(reinterpret_cast<std::uintptr_t>(&__executable_start),
               reinterpret_cast<std::uintptr_t>(&edata), MADV_POPULATE_READ);
    advise_heap(240 << 10, MADV_POPULATE_WRITE);
}

void expect_memory(std::size_t bytes) {
    constexpr std::size_t huge = 2 << 20;
    if (bytes < 2 * huge)
        return;
    advise_heap(bytes, MADV_HUGEPAGE);
}

}  // namespace crm
