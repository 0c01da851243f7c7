// Numbers of the host that change from one step to the next, at one address: a GPU, for which a step is recorded (core/memory/
// replay.hpp), reads them there each time.
#pragma once

#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "core/memory/place.hpp"

namespace eca {

template <class T>
class PinnedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // n values, all 0, for the kernel mode in force. Throws std::bad_alloc.
  explicit PinnedArray(int64_t n = 1)
      : memory_(n * static_cast<int64_t>(sizeof(T))),
        values_(new (memory_.address()) T[static_cast<size_t>(n)]{}),
        n_(n) {}

  T& operator[](size_t i) { return values_[i]; }
  const T& operator[](size_t i) const { return values_[i]; }
  const T* data() const { return values_; }
  std::span<const T> first(int64_t n) const { return {values_, static_cast<size_t>(n)}; }
  int64_t size() const { return n_; }

 private:
  PinnedMemory memory_;
  T* values_;
  int64_t n_;
};

}  // namespace eca
