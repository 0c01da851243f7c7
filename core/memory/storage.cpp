#include "core/memory/storage.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "core/memory/aligned_memory.hpp"
#include "core/memory/arena.hpp"

namespace eca {

namespace {

#ifdef ECA_DEBUG
bool poison = true;
#else
bool poison = false;
#endif

MemoryStats stats{};

// Never destroyed, so that tensors of static lifetime may still return their memory.
Arena& arena() {
  static auto* arena = new Arena;
  return *arena;
}

#ifdef ECA_NO_ARENA  // each array by itself, so that the address sanitizer sees what is read or written outside of it
real* take(int64_t n) { return allocate_aligned(n); }
void give_back(real* data, int64_t) { std::free(data); }
#else
real* take(int64_t n) { return arena().take(n); }
void give_back(real* data, int64_t n) { arena().give_back(data, n); }
#endif

int64_t rounded_up(int64_t n) {
  constexpr int64_t kStep = kCacheLine / sizeof(real);
  return std::max<int64_t>(n + kStep - 1, kStep) / kStep * kStep;
}

void fill_with_nan(real* data, int64_t n) { std::fill_n(data, n, std::numeric_limits<real>::quiet_NaN()); }

}  // namespace

Storage::Storage(int64_t n) : size(n), capacity(rounded_up(n)) {
  data = take(capacity);
  if (poison) fill_with_nan(data, capacity);
  ++stats.live_storages;
  stats.live_bytes += capacity * static_cast<int64_t>(sizeof(real));
  stats.peak_bytes = std::max(stats.peak_bytes, stats.live_bytes);
}

Storage::~Storage() {
  --stats.live_storages;
  stats.live_bytes -= capacity * static_cast<int64_t>(sizeof(real));
  if (poison) fill_with_nan(data, capacity);
  give_back(data, capacity);
}

MemoryStats memory_stats() {
  MemoryStats now = stats;
  now.reach_bytes = arena().reach_bytes();
  return now;
}

void release_free_memory() { arena().release(); }

void set_poison(bool on) { poison = on; }

}  // namespace eca
