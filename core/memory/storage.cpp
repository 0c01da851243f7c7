#include "core/memory/storage.hpp"

#include <algorithm>
#include <limits>

#include "core/cuda/device.hpp"
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
Arena& arena(Place place) {
  static auto* host = new Arena(Place::host);
  static auto* device = new Arena(Place::device);
  return place == Place::host ? *host : *device;
}

#ifdef ECA_NO_ARENA  // each array by itself, so that the address sanitizer sees what is read or written outside of it
real* take(Place place, int64_t n) { return allocate(place, n); }
void give_back(Place place, real* data, int64_t n) { deallocate(place, data, n); }
#else
real* take(Place place, int64_t n) { return arena(place).take(n); }
void give_back(Place place, real* data, int64_t n) { arena(place).give_back(data, n); }
#endif

int64_t rounded_up(int64_t n) {
  constexpr int64_t kStep = kCacheLine / sizeof(real);
  return std::max<int64_t>(n + kStep - 1, kStep) / kStep * kStep;
}

void fill_with_nan(Place place, real* data, int64_t n) {
  if (place == Place::host) {
    std::fill_n(data, n, std::numeric_limits<real>::quiet_NaN());
  } else {
    cuda::set_on_device(data, 0xff, n * static_cast<int64_t>(sizeof(real)));  // all ones are a NaN
  }
}

}  // namespace

Storage::Storage(int64_t n, Place where) : size(n), capacity(rounded_up(n)), place(where) {
  data = take(place, capacity);
  if (place == Place::device) ++device_memory_changes();
  if (poison) fill_with_nan(place, data, capacity);
  ++stats.live_storages;
  stats.live_bytes += capacity * static_cast<int64_t>(sizeof(real));
  stats.peak_bytes = std::max(stats.peak_bytes, stats.live_bytes);
}

Storage::~Storage() {
  --stats.live_storages;
  stats.live_bytes -= capacity * static_cast<int64_t>(sizeof(real));
  if (poison) fill_with_nan(place, data, capacity);
  give_back(place, data, capacity);
}

void Storage::copy_to_host(real* to, int64_t first, int64_t n) const {
  if (place == Place::host) {
    std::copy_n(data + first, n, to);
  } else {
    ++stats.device_copies;
    cuda::copy_to_host(to, data + first, n * static_cast<int64_t>(sizeof(real)));
  }
}

void Storage::copy_from_host(const real* from, int64_t first, int64_t n) {
  if (place == Place::host) {
    std::copy_n(from, n, data + first);
  } else {
    ++stats.device_copies;
    cuda::copy_to_device(data + first, from, n * static_cast<int64_t>(sizeof(real)));
  }
}

MemoryStats memory_stats() {
  MemoryStats now = stats;
  now.reach_bytes = arena(Place::host).reach_bytes() + arena(Place::device).reach_bytes();
  return now;
}

void release_free_memory() {
  for (const Place place : {Place::host, Place::device}) arena(place).release();
}

void set_poison(bool on) { poison = on; }

}  // namespace eca
