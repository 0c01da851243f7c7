#include "core/storage.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

#include "core/aligned_memory.hpp"

namespace eca {

namespace {

#ifdef ECA_DEBUG
bool poison = true;
#else
bool poison = false;
#endif

MemoryStats stats{};

// Free blocks by capacity. Never destroyed, so that tensors of static lifetime may still return their memory.
std::multimap<int64_t, real*>& free_blocks() {
  static auto* blocks = new std::multimap<int64_t, real*>;
  return *blocks;
}

int64_t rounded_up(int64_t n) {
  constexpr int64_t kStep = kCacheLine / sizeof(real);
  return std::max<int64_t>(n + kStep - 1, kStep) / kStep * kStep;
}

void fill_with_nan(real* data, int64_t n) { std::fill_n(data, n, std::numeric_limits<real>::quiet_NaN()); }

}  // namespace

Storage::Storage(int64_t n) : size(n), capacity(rounded_up(n)) {
  auto& blocks = free_blocks();
  const auto block = blocks.lower_bound(capacity);
  if (block != blocks.end() && block->first <= capacity + capacity / 8) {  // wastes at most an eighth
    capacity = block->first;
    data = block->second;
    blocks.erase(block);
  } else {
    data = allocate_aligned(capacity);
    ++stats.system_allocations;
  }
  if (poison) fill_with_nan(data, capacity);
  ++stats.live_storages;
  stats.live_bytes += capacity * static_cast<int64_t>(sizeof(real));
  stats.peak_bytes = std::max(stats.peak_bytes, stats.live_bytes);
}

Storage::~Storage() {
  --stats.live_storages;
  stats.live_bytes -= capacity * static_cast<int64_t>(sizeof(real));
#ifdef ECA_NO_FREE_LIST
  std::free(data);  // so that the address sanitizer sees a use after free
#else
  if (poison) fill_with_nan(data, capacity);
  free_blocks().emplace(capacity, data);
#endif
}

MemoryStats memory_stats() { return stats; }

void release_free_memory() {
  for (const auto& [capacity, data] : free_blocks()) std::free(data);
  free_blocks().clear();
}

void set_poison(bool on) { poison = on; }

}  // namespace eca
