// Batch norm by chunks of rows. What changed against the plain twins: rows are walked in memory order, channels
// are the SIMD lanes. Results differ from the plain twins by
// rounding only.
#include <algorithm>

#include "core/kernels/batch_norm/batch_norm_terms.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/parallel/leaves.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

static int64_t rows_per_chunk(int64_t C) { return std::max<int64_t>(1, kChunk / C); }

//   sums[c] = sum_r x[r,c]
// Four rows at a time, so that the adds to sums[c] do not wait for each other.
static void add_rows(real* sums, const real* x, int64_t rows, int64_t C) {
  std::fill_n(sums, C, real{0});
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4, x += 4 * C) {
    for (int64_t c = 0; c < C; ++c) sums[c] += (x[c] + x[C + c]) + (x[2 * C + c] + x[3 * C + c]);
  }
  for (; r < rows; ++r, x += C) {
    for (int64_t c = 0; c < C; ++c) sums[c] += x[c];
  }
}

static void apply_chunk(real* y, const real* x, BatchNormChannels ch, int64_t rows, int64_t C) {
  for (int64_t r = 0; r < rows; ++r, x += C, y += C) {
    for (int64_t c = 0; c < C; ++c) y[c] = ch.gamma[c] * ((x[c] - ch.mean[c]) * ch.inv_std[c]) + ch.beta[c];
  }
}

void batch_norm_apply_fast(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C) {
  const int64_t rows = rows_per_chunk(C), chunks = chunk_count(R, rows);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    apply_chunk(y + k * rows * C, x + k * rows * C, ch, std::min(rows, R - k * rows), C);
  }
}

// The sums of one chunk of rows.
//   sum_dy[c]   = sum_r dy[r,c]
//   sum_dy_x[c] = sum_r dy[r,c] * (x[r,c] - mean[c])
static void sums_chunk(real* sum_dy, real* sum_dy_x, const real* dy, const real* x, BatchNormChannels ch,
                       int64_t rows, int64_t C) {
  add_rows(sum_dy, dy, rows, C);
  std::fill_n(sum_dy_x, C, real{0});
  int64_t r = 0;
  for (; r + 2 <= rows; r += 2, x += 2 * C, dy += 2 * C) {
    for (int64_t c = 0; c < C; ++c) {
      sum_dy_x[c] += dy[c] * (x[c] - ch.mean[c]) + dy[C + c] * (x[C + c] - ch.mean[c]);
    }
  }
  if (r < rows) {
    for (int64_t c = 0; c < C; ++c) sum_dy_x[c] += dy[c] * (x[c] - ch.mean[c]);
  }
}

void batch_norm_sums_fast(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                          BatchNormChannels ch, int64_t N, int64_t HW, int64_t C) {
  const auto of_rows = [=](real* sums, int64_t first, int64_t last) {
    sums_chunk(sums, sums + C, dy + first * C, x + first * C, ch, last - first, C);
  };
  sum_batch_norm_rows(sum_dy, sum_dy_xhat, of_rows, rows_per_chunk(C), ch, N, HW, C);
}

//   dx[r,c] = a[c] * dy[r,c] + slope[c] * x[r,c] + offset[c]       see batch_norm_terms.hpp
static void dx_chunk(GradSlot dx, const real* dy, const real* x, const real* a, const real* slope,
                     const real* offset, int64_t rows, int64_t C) {
  real* out = dx.data;
  for (int64_t r = 0; r < rows; ++r, x += C, dy += C, out += C) {
    if (dx.add) {
      for (int64_t c = 0; c < C; ++c) out[c] += a[c] * dy[c] + (slope[c] * x[c] + offset[c]);
    } else {
      for (int64_t c = 0; c < C; ++c) out[c] = a[c] * dy[c] + (slope[c] * x[c] + offset[c]);
    }
  }
}

void batch_norm_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                        const real* sum_dy_xhat, int64_t N, int64_t HW, int64_t C) {
  const int64_t R = N * HW;
  real* a = scratch(Scratch::channels, 3 * C);
  real *slope = a + C, *offset = slope + C;
  for (int64_t c = 0; c < C; ++c) a[c] = ch.gamma[c] * ch.inv_std[c];
  collect_batch_norm_dx(slope, offset, ch, sum_dy, sum_dy_xhat, whole_batch(N) * HW, C);
  const int64_t rows = rows_per_chunk(C), chunks = chunk_count(R, rows);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    const int64_t start = k * rows * C;
    dx_chunk({dx.data + start, dx.add}, dy + start, x + start, a, slope, offset, std::min(rows, R - k * rows),
             C);
  }
}

}  // namespace eca::kernels
