#include "core/kernels/elementwise/copy.hpp"

#include <algorithm>

#include "core/parallel/threads.hpp"

namespace eca::kernels {

void fill(real* y, real value, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) std::fill(y + k * kChunk, y + std::min(n, (k + 1) * kChunk), value);
}

static void copy_row(GradSlot y, int64_t at, const real* x, int64_t C) {
  if (y.add) {
    for (int64_t c = 0; c < C; ++c) y.data[at + c] += x[c];
  } else {
    std::copy_n(x, C, y.data + at);
  }
}

void copy(GradSlot y, const real* x, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k)
    copy_row(y, k * kChunk, x + k * kChunk, std::min(kChunk, n - k * kChunk));
}

void copy_rows(GradSlot y, int64_t y_stride, const real* x, int64_t x_stride, int64_t R, int64_t C) {
  const int64_t rows = std::max<int64_t>(1, kChunk / std::max<int64_t>(C, 1)), chunks = chunk_count(R, rows);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    for (int64_t r = k * rows; r < std::min(R, (k + 1) * rows); ++r)
      copy_row(y, r * y_stride, x + r * x_stride, C);
  }
}

void permute_columns(real* y, const real* x, const int64_t* order, int64_t N, int64_t C) {
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t i = 0; i < C; ++i) y[n * C + i] = x[n * C + order[i]];
  }
}

void permute_columns_dx(GradSlot dx, const real* dy, const int64_t* order, int64_t N, int64_t C) {
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t i = 0; i < C; ++i) {
      real& out = dx.data[n * C + order[i]];
      out = dx.add ? out + dy[n * C + i] : dy[n * C + i];
    }
  }
}

}  // namespace eca::kernels
