#include "core/memory/place.hpp"

#include <cstdlib>
#include <new>

#include "core/base/kernel_mode.hpp"
#include "core/cuda/device.hpp"
#include "core/cuda/transfer.hpp"
#include "core/memory/aligned_memory.hpp"

namespace eca {

static int64_t bytes_of(int64_t n) { return n * static_cast<int64_t>(sizeof(real)); }

Place place_of_results() { return kernel_mode() == KernelMode::cuda ? Place::device : Place::host; }

void wait_for_results() {
  if (place_of_results() == Place::device) cuda::wait();
}

real* allocate(Place place, int64_t n) {
  if (place == Place::host) return allocate_aligned(n);
  ++device_memory_changes();
  return static_cast<real*>(cuda::allocate(bytes_of(n)));
}

void deallocate(Place place, real* data, int64_t n) {
  if (place == Place::host) return std::free(data);
  ++device_memory_changes();
  cuda::release(data, bytes_of(n));
}

PinnedMemory::PinnedMemory(int64_t bytes)
    : readers_(place_of_results()),
      address_(readers_ == Place::host ? ::operator new(static_cast<size_t>(bytes))
                                       : cuda::allocate_pinned(bytes)) {}

PinnedMemory::~PinnedMemory() {
  readers_ == Place::host ? ::operator delete(address_) : cuda::release_pinned(address_);
}

uint64_t& device_memory_changes() {
  static uint64_t changes = 0;
  return changes;
}

}  // namespace eca
