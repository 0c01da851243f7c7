// One loop over an index. The processor cuts it into fixed chunks that run on several threads; a GPU gives each index a thread.
//
//   void add_forward(real* y, const real* a, const real* b, int64_t n) {
//     for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = a[i] + b[i]; });
//   }
//
// The body takes what it works on by value, and writes nothing that it reads at another index.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/cuda/device_code.hpp"
#include "core/parallel/threads.hpp"
#ifdef ECA_CUDA
#include "core/cuda/launch.hpp"
#endif

namespace eca::kernels {

// body(i) for every i from 0 to n-1, in order within a chunk; on the calling thread alone in ref mode, where a person may be
// stepping, and where there is one chunk.
template <class Body>
void for_each_index(int64_t n, const Body& body) {
#ifdef ECA_CUDA
  if (kernel_mode() == KernelMode::cuda) return cuda::for_each_index(n, body);
#endif
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    const Body own = body;  // what it has taken then stays in registers
    const int64_t last = std::min(n, (k + 1) * kChunk);
    for (int64_t i = k * kChunk; i < last; ++i) own(i);
  }
}

// body(r, c) for every r from 0 to rows-1 and every c from 0 to columns-1, c innermost; in chunks of whole rows.
template <class Body>
void for_each_index(int64_t rows, int64_t columns, const Body& body) {
#ifdef ECA_CUDA
  if (kernel_mode() == KernelMode::cuda) {
    return cuda::for_each_index(rows * columns,
                                [=] ECA_DEVICE(int64_t i) { body(i / columns, i % columns); });
  }
#endif
  const int64_t rows_of_chunk = std::max<int64_t>(1, kChunk / std::max<int64_t>(columns, 1));
  const int64_t chunks = chunk_count(rows, rows_of_chunk);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    const Body own = body;
    const int64_t last = std::min(rows, (k + 1) * rows_of_chunk);
    for (int64_t r = k * rows_of_chunk; r < last; ++r) {
      for (int64_t c = 0; c < columns; ++c) own(r, c);
    }
  }
}

}  // namespace eca::kernels
