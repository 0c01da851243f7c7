// Asks for memory ahead of its use, so that it arrives while the processor still computes something else.
// Processors do so by themselves where addresses follow one another; a tile of an image is many short pieces, and
// its stores wait for the cache lines they go to. What it gains: docs/performance.md. It changes no result.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/real.hpp"
#include "core/memory/aligned_memory.hpp"

namespace eca {

// Part `part` of `parts` of some values, which spreads the requests over as many pieces of arithmetic. They go to
// the L2 cache.
template <bool Write>
void prefetch_part(std::span<const real> values, int64_t part, int64_t parts) {
  constexpr int64_t kLine = kCacheLine / sizeof(real);
  const int64_t lines = (std::ssize(values) + kLine - 1) / kLine;
  for (int64_t line = part * lines / parts; line < (part + 1) * lines / parts; ++line) {
    __builtin_prefetch(values.data() + line * kLine, Write, /*locality=*/2);
  }
}

inline void prefetch_to_read(std::span<const real> values, int64_t part, int64_t parts) {
  prefetch_part<false>(values, part, parts);
}
inline void prefetch_to_write(std::span<const real> values, int64_t part, int64_t parts) {
  prefetch_part<true>(values, part, parts);
}

}  // namespace eca
