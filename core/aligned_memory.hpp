// Memory for arrays of numbers: at the start of a cache line and, where the array is large, in large pages. With pages of
// 4 KiB a processor spends several per cent of a training step on finding where they lie.
#pragma once

#include <cstdint>

#include "core/real.hpp"

namespace eca {

// n uninitialised numbers, 64-byte aligned; std::free gives them back. Throws std::bad_alloc.
real* allocate_aligned(int64_t n);

}  // namespace eca
