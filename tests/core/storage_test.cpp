#include "core/storage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tests/catch.hpp"

using namespace eca;

namespace {

// Poison as it was by default, whatever a test does.
struct PoisonRestored {
  ~PoisonRestored() {
#ifdef ECA_DEBUG
    set_poison(true);
#else
    set_poison(false);
#endif
  }
};

bool all_nan(const Storage& storage) {
  return std::all_of(storage.data, storage.data + storage.size, [](real x) { return std::isnan(x); });
}

}  // namespace

TEST_CASE("storage: memory is aligned to 64 bytes and as large as asked for", "[core][storage]") {
  for (const int64_t n : {0, 1, 15, 16, 17, 1000}) {
    CAPTURE(n);
    const Storage storage(n);
    CHECK(reinterpret_cast<uintptr_t>(storage.data) % 64 == 0);
    CHECK(storage.size == n);
    CHECK(storage.capacity >= n);
  }
}

TEST_CASE("storage: statistics count what is alive and remember the peak", "[core][storage]") {
  const MemoryStats before = memory_stats();
  {
    const Storage a(1000), b(2000);
    const MemoryStats inside = memory_stats();
    CHECK(inside.live_storages == before.live_storages + 2);
    CHECK(inside.live_bytes >= before.live_bytes + 3000 * static_cast<int64_t>(sizeof(real)));
    CHECK(inside.peak_bytes >= inside.live_bytes);
  }
  CHECK(memory_stats().live_storages == before.live_storages);
  CHECK(memory_stats().live_bytes == before.live_bytes);
  CHECK(memory_stats().peak_bytes >= before.live_bytes + 3000 * static_cast<int64_t>(sizeof(real)));
}

#ifndef ECA_NO_FREE_LIST

TEST_CASE("storage: dropped memory serves the next of its size", "[core][storage]") {
  release_free_memory();
  const real* memory = nullptr;
  {
    const Storage first(1600);
    memory = first.data;
  }
  const int64_t allocations = memory_stats().system_allocations;
  {
    const Storage again(1600);
    CHECK(again.data == memory);
  }
  {
    const Storage slightly_smaller(1520);  // wastes less than an eighth
    CHECK(slightly_smaller.data == memory);
    CHECK(slightly_smaller.size == 1520);
    CHECK(slightly_smaller.capacity == 1600);
  }
  CHECK(memory_stats().system_allocations == allocations);
}

TEST_CASE("storage: memory far too large is not given away, nor is memory in use", "[core][storage]") {
  release_free_memory();
  const real* memory = nullptr;
  {
    const Storage large(16000);
    memory = large.data;
  }
  const int64_t allocations = memory_stats().system_allocations;
  const Storage small(160);
  CHECK(small.data != memory);
  CHECK(memory_stats().system_allocations == allocations + 1);
  const Storage first(16000), second(16000);
  CHECK(first.data == memory);
  CHECK(second.data != memory);
  CHECK(memory_stats().system_allocations == allocations + 2);
}

TEST_CASE("storage: released memory is asked of the system again", "[core][storage]") {
  { const Storage dropped(1600); }
  release_free_memory();
  const int64_t allocations = memory_stats().system_allocations;
  const Storage fresh(1600);
  CHECK(memory_stats().system_allocations == allocations + 1);
}

TEST_CASE("storage: poison fills memory with NaN when it is dropped", "[core][storage]") {
  const PoisonRestored restored;
  release_free_memory();
  set_poison(true);
  const real* memory = nullptr;
  {
    Storage storage(1600);
    std::fill_n(storage.data, storage.size, real{1});
    memory = storage.data;
  }
  CHECK(std::isnan(memory[0]));  // the free list still owns it
  CHECK(std::isnan(memory[1599]));
}

#endif

TEST_CASE("storage: poison fills fresh and reused memory with NaN", "[core][storage]") {
  const PoisonRestored restored;
  release_free_memory();
  set_poison(false);
  {
    Storage storage(1600);
    std::fill_n(storage.data, storage.size, real{1});
  }
  set_poison(true);
  const Storage reused(1600), fresh(1600);
  CHECK(all_nan(reused));
  CHECK(all_nan(fresh));
}
