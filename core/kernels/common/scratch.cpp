#include "core/kernels/common/scratch.hpp"

#include <cstdlib>
#include <utility>

#include "core/memory/aligned_memory.hpp"

namespace eca::kernels {

namespace {

struct Buffer {
  real* data = nullptr;
  int64_t capacity = 0;

  ~Buffer() { std::free(data); }
  real* at_least(int64_t n) {
    if (n > capacity) {
      std::free(std::exchange(data, nullptr));
      capacity = 0;
      data = allocate_aligned(n);
      capacity = n;
    }
    return data;
  }
};

thread_local Buffer buffers[static_cast<int>(Scratch::kCount)];

}  // namespace

real* scratch(Scratch purpose, int64_t n) { return buffers[static_cast<int>(purpose)].at_least(n); }

}  // namespace eca::kernels
