// Memory for arrays of numbers: at the start of a cache line and, where the array is large, in large pages. With
// pages of 4 KiB a processor spends several per cent of a training step on finding where they lie.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/real.hpp"

namespace eca {

inline constexpr size_t kCacheLine = 64;  // bytes; also those of the widest SIMD register

// n uninitialised numbers, from the start of a cache line; std::free gives them back. Throws std::bad_alloc.
real* allocate_aligned(int64_t n);
// Gives the pages of n numbers back to the system. The memory stays ours, but what it held is lost: each number is
// then 0 or what it was.
void forget_contents(real* data, int64_t n);

}  // namespace eca
