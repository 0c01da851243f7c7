#include "core/kernels/batch_norm/moments.hpp"

#include <algorithm>

#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

void image_moments(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(image_moments_ref, image_moments_fast, image_moments_cuda)(image_mean, image_squares, x, N, HW, C);
}

void image_moments_ref(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW,
                       int64_t C) {
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      double sum = 0, squares = 0;
      for (int64_t p = 0; p < HW; ++p) sum += static_cast<double>(x[(n * HW + p) * C + c]);
      const double mean = sum / static_cast<double>(HW);
      for (int64_t p = 0; p < HW; ++p) {
        const double d = static_cast<double>(x[(n * HW + p) * C + c]) - mean;
        squares += d * d;
      }
      image_mean[n * C + c] = static_cast<real>(mean);
      image_squares[n * C + c] = static_cast<real>(squares);
    }
  }
}

static real square(real x) { return x * x; }

// Moments of a chunk of rows, x (rows,C). Rows are walked in memory order, some at a time so that the adds to a
// channel do not wait for each other.
static void chunk_moments(real* mean, real* squares, const real* x, int64_t rows, int64_t C) {
  std::fill_n(mean, C, real{0});
  const real* row = x;
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4, row += 4 * C) {
    for (int64_t c = 0; c < C; ++c) mean[c] += (row[c] + row[C + c]) + (row[2 * C + c] + row[3 * C + c]);
  }
  for (; r < rows; ++r, row += C) {
    for (int64_t c = 0; c < C; ++c) mean[c] += row[c];
  }
  for (int64_t c = 0; c < C; ++c) mean[c] /= static_cast<real>(rows);
  std::fill_n(squares, C, real{0});
  for (r = 0, row = x; r + 2 <= rows; r += 2, row += 2 * C) {
    for (int64_t c = 0; c < C; ++c) squares[c] += square(row[c] - mean[c]) + square(row[C + c] - mean[c]);
  }
  if (r < rows) {
    for (int64_t c = 0; c < C; ++c) squares[c] += square(row[c] - mean[c]);
  }
}

void moments_of_one_image(real* mean, real* squares, const real* x, int64_t HW, int64_t C) {
  const int64_t rows = std::clamp<int64_t>(kChunk / C, 1, HW);
  real* chunk = scratch(Scratch::chunk_moments, 2 * C);
  chunk_moments(mean, squares, x, rows, C);
  for (int64_t first = rows; first < HW; first += rows) {
    const int64_t count = std::min(rows, HW - first);
    chunk_moments(chunk, chunk + C, x + first * C, count, C);
    for (int64_t c = 0; c < C; ++c) {
      join(mean[c], squares[c], static_cast<real>(first), chunk[c], chunk[C + c], static_cast<real>(count));
    }
  }
}

// Image by image, by chunks that stay in cache for both passes over them.
void image_moments_fast(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW,
                        int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n)
    moments_of_one_image(image_mean + n * C, image_squares + n * C, x + n * HW * C, HW, C);
}

// Of so many values.
struct Moments {
  double mean, squares, count;
};

static void join_moments_cpu(real* mean, real* var, const real* image_mean, const real* image_squares,
                             int64_t N, int64_t HW, int64_t C) {
  const auto per_image = static_cast<double>(HW);
  const auto join_two = [](Moments& a, const Moments& b) {
    join(a.mean, a.squares, a.count, b.mean, b.squares, b.count);
    a.count += b.count;
  };
  const auto of_leaf = [=](PartOfBatch images, Moments* out) {
    std::fill_n(out, C, Moments{0, 0, 0});
    for (int64_t n = images.first; n < images.last; ++n) {
      for (int64_t c = 0; c < C; ++c) {
        join_two(out[c], {static_cast<double>(image_mean[n * C + c]),
                          static_cast<double>(image_squares[n * C + c]), per_image});
      }
    }
  };
  const std::span batch = join_batch<Moments>(C, N, of_leaf, join_two);
  for (int64_t c = 0; c < C; ++c) {
    const Moments& m = batch[static_cast<size_t>(c)];
    mean[c] = static_cast<real>(m.mean);
    var[c] = static_cast<real>(m.squares / m.count);
  }
}

void join_moments(real* mean, real* var, const real* image_mean, const real* image_squares, int64_t N,
                  int64_t HW, int64_t C) {
  ECA_TWIN(join_moments_cpu, join_moments_cpu, join_moments_cuda)
  (mean, var, image_mean, image_squares, N, HW, C);
}

}  // namespace eca::kernels
