#include "core/aligned_memory.hpp"

#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace eca {

namespace {

// Asks for 2 MiB pages for the part of the memory that fills whole ones, so that it takes no more than it would with
// small pages. A wish: where the system does not grant it, nothing is lost.
void ask_for_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr uintptr_t kPage = uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t first = (begin + kPage - 1) / kPage * kPage, last = (begin + bytes) / kPage * kPage;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

}  // namespace

real* allocate_aligned(int64_t n) {
  const size_t bytes = (static_cast<size_t>(n) * sizeof(real) + kCacheLine - 1) / kCacheLine * kCacheLine;
  void* memory = std::aligned_alloc(kCacheLine, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  ask_for_large_pages(memory, bytes);
  return static_cast<real*>(memory);
}

}  // namespace eca
