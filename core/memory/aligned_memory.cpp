#include "core/memory/aligned_memory.hpp"

#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace eca {

namespace {

#ifdef __linux__
// Tells the system about the whole pages in some memory. A wish: where it is not granted, nothing is lost.
void advise(void* memory, size_t bytes, uintptr_t page, int advice) {
  const auto begin = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t first = (begin + page - 1) / page * page, last = (begin + bytes) / page * page;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, advice);
}
#endif

}  // namespace

real* allocate_aligned(int64_t n) {
  const size_t bytes = (static_cast<size_t>(n) * sizeof(real) + kCacheLine - 1) / kCacheLine * kCacheLine;
  void* memory = std::aligned_alloc(kCacheLine, bytes);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Whole pages only, so that it takes no more memory than with small ones.
  advise(memory, bytes, uintptr_t{2} << 20, MADV_HUGEPAGE);
#endif
  return static_cast<real*>(memory);
}

void forget_contents([[maybe_unused]] real* data, [[maybe_unused]] int64_t n) {
#ifdef __linux__
  advise(data, static_cast<size_t>(n) * sizeof(real), uintptr_t{4} << 10, MADV_DONTNEED);
#endif
}

}  // namespace eca
