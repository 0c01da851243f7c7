// The sums of the fused kernels on a GPU. Their loops without sums are the plain twins' own.
#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/kernels/fused/batch_norm_relu.hpp"
#include "core/kernels/fused/residual_tail.hpp"
#include "core/kernels/fused/residual_tail_terms.hpp"

namespace eca::kernels {

void batch_norm_relu_sums_cuda(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                               BatchNormChannels ch, int64_t N, int64_t HW, int64_t C) {
  sum_in_ranges<2>(
      N * HW, C,
      [=] ECA_DEVICE(int64_t r, int64_t c, double* sums) {
        const real value = x[r * C + c], g = normalised(value, ch, c) > 0 ? dy[r * C + c] : 0;
        sums[0] += static_cast<double>(g);
        sums[1] += static_cast<double>(g * ((value - ch.mean[c]) * ch.inv_std[c]));
      },
      [=] ECA_DEVICE(int64_t c, const double* sums) {
        sum_g[c] = static_cast<real>(sums[0]);
        sum_g_xhat[c] = static_cast<real>(sums[1]);
      });
}

void residual_tail_g_cuda(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                          const real* x, BatchNormChannels ch, TailShape shape) {
  const int64_t C = shape.C;
  sum_over_pixels<2>(
      shape.N, shape.HW, C,
      [=] ECA_DEVICE(int64_t i, int64_t nc, double* sums) {
        const int64_t c = nc % C;
        g[i] = y[i] > 0 ? dy[i] : 0;
        sums[0] += static_cast<double>(g[i]);
        sums[1] += static_cast<double>(g[i] * ((x[i] - ch.mean[c]) * ch.inv_std[c]));
      },
      [=] ECA_DEVICE(int64_t nc, const double* sums) {
        sum_g[nc] = static_cast<real>(sums[0]);
        sum_g_xhat[nc] = static_cast<real>(sums[1]);
      });
}

void residual_tail_sums_cuda(real* dbeta, real* dgamma, const TailSums& tail, TailShape shape) {
  const TailSums sums = tail;
  const int64_t N = shape.N, C = shape.C;
  for_each_index(C, [=] ECA_DEVICE(int64_t c) {
    double sum = 0, sum_xhat = 0;
    for (int64_t n = 0; n < N; ++n) {
      sum += static_cast<double>(sums.dbeta(n * C + c));
      sum_xhat += static_cast<double>(sums.dgamma(n * C + c, c));
    }
    dbeta[c] = static_cast<real>(sum);
    dgamma[c] = static_cast<real>(sum_xhat);
  });
}

}  // namespace eca::kernels
