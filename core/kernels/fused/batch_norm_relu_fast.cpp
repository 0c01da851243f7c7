// Batch norm and ReLU by chunks of rows. What changed against the plain twins: the factors a and b are worked out
// once per channel, and a vector of channels walks down the rows of a chunk with its sums in registers.
#include <algorithm>

#include "core/kernels/batch_norm/batch_norm_terms.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/fused/batch_norm_relu.hpp"
#include "core/parallel/leaves.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

// About 8192 values: x and dy of a chunk stay in the L1 and L2 cache while each vector of channels walks them.
int64_t rows_per_chunk(int64_t C) { return std::max<int64_t>(1, 8192 / C); }

// z = a * x + b of one channel, or of a vector of them.
template <class T>
struct Affine {
  T a, b;

  Affine(BatchNormChannels ch, int64_t c)
      : a(load_as<T>(ch.gamma + c) * load_as<T>(ch.inv_std + c)),
        b(load_as<T>(ch.beta + c) - a * load_as<T>(ch.mean + c)) {}
  T operator()(T x) const { return a * x + b; }
};

template <class T>
void forward_channels(int64_t c, real* y, const real* x, BatchNormChannels ch, int64_t rows, int64_t C) {
  const Affine<T> z_of(ch, c);
  for (int64_t i = c; i < rows * C; i += C) {
    const T z = z_of(load_as<T>(x + i));
    store(y + i, z < 0 ? T{} : z);
  }
}

void forward_chunk(real* y, const real* x, BatchNormChannels ch, int64_t rows, int64_t C) {
  int64_t c = 0;
  for (; c + kLanes <= C; c += kLanes) forward_channels<vec>(c, y, x, ch, rows, C);
  for (; c < C; ++c) forward_channels<real>(c, y, x, ch, rows, C);
}

//   sum_g[c]  = sum_r g[r,c]
//   sum_gx[c] = sum_r g[r,c] * (x[r,c] - mean[c])
template <class T>
void sums_channels(int64_t c, real* sum_g, real* sum_gx, const real* dy, const real* x, BatchNormChannels ch,
                   int64_t rows, int64_t C) {
  const Affine<T> z_of(ch, c);
  const T mean = load_as<T>(ch.mean + c);
  T sum{}, sum_x{};
  for (int64_t i = c; i < rows * C; i += C) {
    const T from = load_as<T>(x + i);
    const T g = z_of(from) > 0 ? load_as<T>(dy + i) : T{};
    sum += g;
    sum_x += g * (from - mean);
  }
  store(sum_g + c, sum);
  store(sum_gx + c, sum_x);
}

void sums_chunk(real* sum_g, real* sum_gx, const real* dy, const real* x, BatchNormChannels ch, int64_t rows,
                int64_t C) {
  int64_t c = 0;
  for (; c + kLanes <= C; c += kLanes) sums_channels<vec>(c, sum_g, sum_gx, dy, x, ch, rows, C);
  for (; c < C; ++c) sums_channels<real>(c, sum_g, sum_gx, dy, x, ch, rows, C);
}

//   dx = a * g + slope * x + offset        see core/kernels/batch_norm/batch_norm_terms.hpp
template <class T>
void dx_channels(int64_t c, GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                 const real* slopes, const real* offsets, int64_t rows, int64_t C) {
  const Affine<T> z_of(ch, c);
  const T slope = load_as<T>(slopes + c), offset = load_as<T>(offsets + c);
  for (int64_t i = c; i < rows * C; i += C) {
    const T from = load_as<T>(x + i);
    const T g = z_of(from) > 0 ? load_as<T>(dy + i) : T{};
    const T value = z_of.a * g + (slope * from + offset);
    store(dx.data + i, dx.add ? load_as<T>(dx.data + i) + value : value);
  }
}

void dx_chunk(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* slopes,
              const real* offsets, int64_t rows, int64_t C) {
  int64_t c = 0;
  for (; c + kLanes <= C; c += kLanes) dx_channels<vec>(c, dx, dy, x, ch, slopes, offsets, rows, C);
  for (; c < C; ++c) dx_channels<real>(c, dx, dy, x, ch, slopes, offsets, rows, C);
}

}  // namespace

void batch_norm_relu_forward_fast(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C) {
  const int64_t rows = rows_per_chunk(C), chunks = chunk_count(R, rows);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    forward_chunk(y + k * rows * C, x + k * rows * C, ch, std::min(rows, R - k * rows), C);
  }
}

void batch_norm_relu_sums_fast(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                               BatchNormChannels ch, int64_t N, int64_t HW, int64_t C) {
  const auto of_rows = [=](real* sums, int64_t first, int64_t last) {
    sums_chunk(sums, sums + C, dy + first * C, x + first * C, ch, last - first, C);
  };
  sum_batch_norm_rows(sum_g, sum_g_xhat, of_rows, rows_per_chunk(C), ch, N, HW, C);
}

void batch_norm_relu_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                             const real* sum_g, const real* sum_g_xhat, int64_t N, int64_t HW, int64_t C) {
  const int64_t R = N * HW;
  real* slopes = scratch(Scratch::channels, 2 * C);
  real* offsets = slopes + C;
  collect_batch_norm_dx(slopes, offsets, ch, sum_g, sum_g_xhat, whole_batch(N) * HW, C);
  const int64_t rows = rows_per_chunk(C), chunks = chunk_count(R, rows);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    const int64_t start = k * rows * C;
    dx_chunk({dx.data + start, dx.add}, dy + start, x + start, ch, slopes, offsets,
             std::min(rows, R - k * rows), C);
  }
}

}  // namespace eca::kernels
