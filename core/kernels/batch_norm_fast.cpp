// Batch norm by chunks of rows. What changed against the plain twins: rows are walked in memory order,
// channels are the SIMD lanes, and x is read once for both statistics: each chunk takes its own mean and its
// squares about that mean while it lies in cache, and the chunks are joined in index order, first to images, by
//   Chan, Golub, LeVeque, "Algorithms for computing the sample variance", 1983:
//   M2 = M2a + M2b + (mean_b - mean_a)^2 * na*nb/(na+nb).
// That stays accurate where E[x^2] - E[x]^2 would cancel. Results differ from the plain twins by rounding
// only.
#include <algorithm>

#include "core/kernels/batch_norm.hpp"
#include "core/kernels/scratch.hpp"
#include "core/threads.hpp"

namespace eca::kernels {

static int64_t rows_per_chunk(int64_t C) { return std::max<int64_t>(1, kChunk / C); }

// sums[c] = sum over rows of x[r,c], four rows at a time so that the adds to sums[c] do not wait for each
// other.
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

static real square(real x) { return x * x; }

static void statistics_chunk(real* mean, real* squares, const real* x, int64_t rows, int64_t C) {
  add_rows(mean, x, rows, C);
  for (int64_t c = 0; c < C; ++c) mean[c] /= static_cast<real>(rows);
  std::fill_n(squares, C, real{0});
  int64_t r = 0;
  for (; r + 2 <= rows; r += 2, x += 2 * C) {
    for (int64_t c = 0; c < C; ++c) squares[c] += square(x[c] - mean[c]) + square(x[C + c] - mean[c]);
  }
  if (r < rows) {
    for (int64_t c = 0; c < C; ++c) squares[c] += square(x[c] - mean[c]);
  }
}

// Mean and squares of n values joined with those of nk more.
template <class T>
static void join(T& mean, T& squares, T n, T mean_k, T squares_k, T nk) {
  const T delta = mean_k - mean;
  squares += squares_k + delta * delta * n * nk / (n + nk);
  mean += delta * nk / (n + nk);
}

// One image, chunk by chunk; `chunk_sums` holds 2 C values.
static void statistics_image(real* mean, real* squares, real* chunk_sums, const real* x, int64_t HW,
                             int64_t C) {
  const int64_t rows = std::min(HW, rows_per_chunk(C));
  statistics_chunk(mean, squares, x, rows, C);
  for (int64_t first = rows; first < HW; first += rows) {
    const int64_t count = std::min(rows, HW - first);
    statistics_chunk(chunk_sums, chunk_sums + C, x + first * C, count, C);
    for (int64_t c = 0; c < C; ++c) {
      join(mean[c], squares[c], static_cast<real>(first), chunk_sums[c], chunk_sums[C + c],
           static_cast<real>(count));
    }
  }
}

void batch_norm_statistics_fast(real* mean, real* var, real* image_mean, const real* x, int64_t N, int64_t HW,
                                int64_t C) {
  real* squares = scratch(Scratch::partials, N * C);
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    real* chunk_sums = scratch(Scratch::columns, 2 * C);
    statistics_image(image_mean + n * C, squares + n * C, chunk_sums, x + n * HW * C, HW, C);
  }
  const double per_image = static_cast<double>(HW);
  for (int64_t c = 0; c < C; ++c) {
    double m = 0, all_squares = 0;
    for (int64_t n = 0; n < N; ++n) {
      join(m, all_squares, static_cast<double>(n) * per_image, static_cast<double>(image_mean[n * C + c]),
           static_cast<double>(squares[n * C + c]), per_image);
    }
    mean[c] = static_cast<real>(m);
    var[c] = static_cast<real>(all_squares / (static_cast<double>(N) * per_image));
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

static void sums_chunk(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x, BatchNormChannels ch,
                       int64_t rows, int64_t C) {
  add_rows(sum_dy, dy, rows, C);
  std::fill_n(sum_dy_xhat, C, real{0});
  int64_t r = 0;
  for (; r + 2 <= rows; r += 2, x += 2 * C, dy += 2 * C) {
    for (int64_t c = 0; c < C; ++c) {
      sum_dy_xhat[c] += dy[c] * (x[c] - ch.mean[c]) + dy[C + c] * (x[C + c] - ch.mean[c]);
    }
  }
  if (r < rows) {
    for (int64_t c = 0; c < C; ++c) sum_dy_xhat[c] += dy[c] * (x[c] - ch.mean[c]);
  }
}

void batch_norm_sums_fast(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                          BatchNormChannels ch, int64_t R, int64_t C) {
  const int64_t rows = rows_per_chunk(C), chunks = chunk_count(R, rows);
  real* partials = scratch(Scratch::partials, chunks * 2 * C);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    real* partial = partials + k * 2 * C;
    const int64_t start = k * rows * C;
    sums_chunk(partial, partial + C, dy + start, x + start, ch, std::min(rows, R - k * rows), C);
  }
  for (int64_t c = 0; c < C; ++c) {
    double sum = 0, sum_xhat = 0;
    for (int64_t k = 0; k < chunks; ++k) {
      sum += static_cast<double>(partials[k * 2 * C + c]);
      sum_xhat += static_cast<double>(partials[k * 2 * C + C + c]);
    }
    sum_dy[c] = static_cast<real>(sum);
    sum_dy_xhat[c] = static_cast<real>(sum_xhat) * ch.inv_std[c];
  }
}

// dx = a*dy + b*x + d with a, b, d (C) worked out once per channel: collecting terms of the formula in the
// header,
//   a = gamma*inv_std,  b = -a*inv_std*sum_dy_xhat/R,  d = -a*sum_dy/R - b*mean.
static void dx_chunk(GradSlot dx, const real* dy, const real* x, const real* a, const real* b, const real* d,
                     int64_t rows, int64_t C) {
  real* out = dx.data;
  for (int64_t r = 0; r < rows; ++r, x += C, dy += C, out += C) {
    if (dx.add) {
      for (int64_t c = 0; c < C; ++c) out[c] += a[c] * dy[c] + (b[c] * x[c] + d[c]);
    } else {
      for (int64_t c = 0; c < C; ++c) out[c] = a[c] * dy[c] + (b[c] * x[c] + d[c]);
    }
  }
}

void batch_norm_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                        const real* sum_dy_xhat, int64_t R, int64_t C) {
  real* a = scratch(Scratch::weights, 3 * C);
  real *b = a + C, *d = b + C;
  const real per_row = 1 / static_cast<real>(R);
  for (int64_t c = 0; c < C; ++c) {
    a[c] = ch.gamma[c] * ch.inv_std[c];
    b[c] = sum_dy ? -a[c] * ch.inv_std[c] * sum_dy_xhat[c] * per_row : 0;
    d[c] = sum_dy ? -a[c] * sum_dy[c] * per_row - b[c] * ch.mean[c] : 0;
  }
  const int64_t rows = rows_per_chunk(C), chunks = chunk_count(R, rows);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    const int64_t start = k * rows * C;
    dx_chunk({dx.data + start, dx.add}, dy + start, x + start, a, b, d, std::min(rows, R - k * rows), C);
  }
}

}  // namespace eca::kernels
