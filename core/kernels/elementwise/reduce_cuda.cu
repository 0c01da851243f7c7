#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca::kernels {

void column_sums_cuda(GradSlot sums, const real* x, int64_t N, int64_t HW, int64_t C) {
  sum_in_ranges<1>(
      N * HW, C,
      [=] ECA_DEVICE(int64_t r, int64_t c, double* sum) { *sum += static_cast<double>(x[r * C + c]); },
      [=] ECA_DEVICE(int64_t c, const double* sum) { sums.write(c, static_cast<real>(*sum)); });
}

void sum_forward_cuda(real* y, const real* x, real factor, int64_t n) {
  sum_in_ranges<1>(
      n, 1, [=] ECA_DEVICE(int64_t i, int64_t, double* sum) { *sum += static_cast<double>(x[i]); },
      [=] ECA_DEVICE(int64_t, const double* sum) { *y = factor * static_cast<real>(*sum); });
}

}  // namespace eca::kernels
