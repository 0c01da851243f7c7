#include "core/kernels/scratch.hpp"

#include <cstdlib>
#include <new>

namespace eca::kernels {

namespace {

struct Buffer {
  real* data = nullptr;
  int64_t capacity = 0;

  ~Buffer() { std::free(data); }
  real* at_least(int64_t n) {
    if (n > capacity) {
      std::free(data);
      capacity = (n + 15) / 16 * 16;
      data = static_cast<real*>(std::aligned_alloc(64, static_cast<size_t>(capacity) * sizeof(real)));
      if (data == nullptr) throw std::bad_alloc();
    }
    return data;
  }
};

thread_local Buffer buffers[static_cast<int>(Scratch::kCount)];

}  // namespace

real* scratch(Scratch purpose, int64_t n) { return buffers[static_cast<int>(purpose)].at_least(n); }

}  // namespace eca::kernels
