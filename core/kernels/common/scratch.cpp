#include "core/kernels/common/scratch.hpp"

#include <utility>

#include "core/memory/place.hpp"

namespace eca::kernels {

namespace {

struct Buffer {
  Place place;
  real* data = nullptr;
  int64_t capacity = 0;

  explicit Buffer(Place where) : place(where) {}
  ~Buffer() { forget(); }
  void forget() {
    if (data != nullptr) deallocate(place, std::exchange(data, nullptr), std::exchange(capacity, 0));
  }
  real* at_least(int64_t n) {
    if (n > capacity) {
      forget();
      data = allocate(place, n);
      capacity = n;
    }
    return data;
  }
};

// One for each purpose.
struct Buffers {
  Buffer host{Place::host}, device{Place::device};
};
thread_local Buffers buffers[static_cast<int>(Scratch::kCount)];

}  // namespace

real* scratch(Scratch purpose, int64_t n) {
  Buffers& pair = buffers[static_cast<int>(purpose)];
  return (place_of_results() == Place::host ? pair.host : pair.device).at_least(n);
}

}  // namespace eca::kernels
