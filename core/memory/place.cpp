#include "core/memory/place.hpp"

#include <cstdlib>

#include "core/base/kernel_mode.hpp"
#include "core/cuda/device.hpp"
#include "core/memory/aligned_memory.hpp"

namespace eca {

static int64_t bytes_of(int64_t n) { return n * static_cast<int64_t>(sizeof(real)); }

Place place_of_results() { return kernel_mode() == KernelMode::cuda ? Place::device : Place::host; }

real* allocate(Place place, int64_t n) {
  return place == Place::host ? allocate_aligned(n) : static_cast<real*>(cuda::allocate(bytes_of(n)));
}

void deallocate(Place place, real* data, int64_t n) {
  if (place == Place::host) {
    std::free(data);
  } else {
    cuda::release(data, bytes_of(n));
  }
}

}  // namespace eca
