#include "core/kernels/elementwise/reduce.hpp"

#include <algorithm>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

void column_sums_ref(GradSlot sums, const real* x, int64_t R, int64_t C) {
  for (int64_t c = 0; c < C; ++c) {
    real total = 0;
    for (int64_t r = 0; r < R; ++r) total += x[r * C + c];
    sums.write(c, total);
  }
}

static void column_sums_chunk(real* partial, const real* x, int64_t first, int64_t last, int64_t C) {
  std::fill_n(partial, C, real{0});
  for (int64_t r = first; r < last; ++r) {
    for (int64_t c = 0; c < C; ++c) partial[c] += x[r * C + c];
  }
}

void column_sums_fast(GradSlot sums, const real* x, int64_t R, int64_t C) {
  const int64_t rows = std::max<int64_t>(1, kChunk / std::max<int64_t>(C, 1)), chunks = chunk_count(R, rows);
  real* partials = scratch(Scratch::partials, chunks * C);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t k = 0; k < chunks; ++k) {
    column_sums_chunk(partials + k * C, x, k * rows, std::min(R, (k + 1) * rows), C);
  }
  if (!sums.add) std::fill_n(sums.data, C, real{0});
  for (int64_t k = 0; k < chunks; ++k) {
    for (int64_t c = 0; c < C; ++c) sums.data[c] += partials[k * C + c];
  }
}

void column_sums(GradSlot sums, const real* x, int64_t R, int64_t C) {
  ECA_TWIN(column_sums_ref, column_sums_fast, column_sums_cuda)(sums, x, R, C);
}

static void sum_forward_cpu(real* y, const real* x, real factor, int64_t n) {
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += static_cast<double>(x[i]);
  *y = factor * static_cast<real>(total);
}

void sum_forward(real* y, const real* x, real factor, int64_t n) {
  ECA_TWIN(sum_forward_cpu, sum_forward_cpu, sum_forward_cuda)(y, x, factor, n);
}

void sum_dx(GradSlot dx, const real* dy, real factor, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { dx.write(i, factor * *dy); });
}

}  // namespace eca::kernels
