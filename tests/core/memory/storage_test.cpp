#include "core/memory/storage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

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

#ifndef ECA_NO_ARENA

TEST_CASE("storage: dropped memory serves the next that fits", "[core][storage]") {
  release_free_memory();
  const real* memory = nullptr;
  {
    const Storage first(1600);
    memory = first.data;
  }
  const int64_t reach = memory_stats().reach_bytes;
  {
    const Storage again(1600);
    CHECK(again.data == memory);
  }
  {
    const Storage small(800), beside(800);
    CHECK(small.data == memory);
    CHECK(beside.data == memory + 800);
  }
  CHECK(memory_stats().reach_bytes == reach);
  const Storage first(1600), second(1600);
  CHECK(first.data == memory);
  CHECK(second.data != memory);
  CHECK(memory_stats().reach_bytes == reach + 1600 * static_cast<int64_t>(sizeof(real)));
}

TEST_CASE("storage: neighbours that are dropped serve a larger one, in whatever order", "[core][storage]") {
  constexpr int64_t kParts = 4, kPart = 40'000;  // large enough for a gap behind it
  int order[kParts] = {0, 1, 2, 3};
  do {
    release_free_memory();
    std::unique_ptr<Storage> parts[kParts];
    for (auto& part : parts) part = std::make_unique<Storage>(kPart);
    const Storage last(16);  // what is free cannot simply grow
    const real* memory = parts[0]->data;
    const int64_t reach = memory_stats().reach_bytes;
    for (const int i : order) parts[i] = nullptr;
    const Storage whole(kParts * kPart);
    CHECK(whole.data == memory);
    CHECK(memory_stats().reach_bytes == reach);
  } while (std::next_permutation(std::begin(order), std::end(order)));
}

TEST_CASE("storage: what is alive keeps its values whatever comes and goes beside it", "[core][storage]") {
  struct Held {
    Storage storage;
    real value;
  };
  std::vector<std::unique_ptr<Held>> all(40);
  std::mt19937_64 generator(1);
  const auto random = [&](uint64_t below) { return generator() % below; };
  for (int step = 0; step < 4000; ++step) {
    auto& held = all[random(all.size())];
    if (held) {
      const Storage& s = held->storage;
      REQUIRE(std::all_of(s.data, s.data + s.size, [&](real v) { return v == held->value; }));
      held = nullptr;
    } else {
      held.reset(new Held{Storage(static_cast<int64_t>(random(3) == 0 ? random(40'000) : random(500))),
                          static_cast<real>(step)});
      std::fill_n(held->storage.data, held->storage.size, held->value);
    }
    if (step % 1000 == 999) release_free_memory();
  }
}

TEST_CASE("storage: released memory is asked of the system again", "[core][storage]") {
  const Storage kept(1600);
  const int64_t before = [] {
    const Storage dropped(100'000);
    release_free_memory();
    return memory_stats().reach_bytes;
  }();
  release_free_memory();
  CHECK(memory_stats().reach_bytes <= before - 100'000 * static_cast<int64_t>(sizeof(real)));
  const Storage fresh(100'000);
  CHECK(memory_stats().reach_bytes >= before);
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
  CHECK(std::isnan(memory[0]));  // the arena still owns it
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
