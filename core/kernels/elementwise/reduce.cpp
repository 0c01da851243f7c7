#include "core/kernels/elementwise/reduce.hpp"

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/twins.hpp"

namespace eca::kernels {

// Row after row, as they lie in memory: there is no faster twin.
static void column_sums_cpu(GradSlot sums, const real* x, int64_t N, int64_t HW, int64_t C) {
  sum_images(sums, C, N, [&](int64_t n, real* out) {
    for (int64_t p = 0; p < HW; ++p) {
      for (int64_t c = 0; c < C; ++c) out[c] += x[(n * HW + p) * C + c];
    }
  });
}

void column_sums(GradSlot sums, const real* x, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(column_sums_cpu, column_sums_cpu, column_sums_cuda)(sums, x, N, HW, C);
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
