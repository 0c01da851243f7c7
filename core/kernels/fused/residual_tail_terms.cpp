#include "core/kernels/fused/residual_tail_terms.hpp"

#include "core/kernels/common/for_each_index.hpp"

namespace eca::kernels {

static ECA_DEVICE real gate(const TailSums& sums, int64_t i) { return sums.s != nullptr ? sums.s[i] : 1; }

void residual_tail_ds(GradSlot ds, const TailSums& tail, TailShape shape) {
  const TailSums sums = tail;
  for_each_index(shape.N, shape.C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    const int64_t i = n * shape.C + c;
    ds.write(i, sums.ch.gamma[c] * sums.sum_g_xhat[i] + sums.ch.beta[c] * sums.sum_g[i]);
  });
}

void residual_tail_sums(real* dbeta, real* dgamma, const TailSums& tail, TailShape shape) {
  const TailSums sums = tail;
  for_each_index(shape.C, [=] ECA_DEVICE(int64_t c) {
    double sum = 0, sum_xhat = 0;
    for (int64_t n = 0; n < shape.N; ++n) {
      const int64_t i = n * shape.C + c;
      const real h = (sums.image_mean[i] - sums.ch.mean[c]) * sums.ch.inv_std[c];
      sum += static_cast<double>(gate(sums, i) * sums.sum_g[i] + sums.dm[i]);
      sum_xhat += static_cast<double>(gate(sums, i) * sums.sum_g_xhat[i] + sums.dm[i] * h);
    }
    dbeta[c] = static_cast<real>(sum);
    dgamma[c] = static_cast<real>(sum_xhat);
  });
}

void collect_residual_tail_dx(real* factor, real* slope, real* offset, const TailSums& tail,
                              const real* dbeta, const real* dgamma, TailShape shape) {
  const TailSums sums = tail;
  const real per_image = 1 / static_cast<real>(shape.HW), per_batch = per_image / static_cast<real>(shape.N);
  for_each_index(shape.C, [=] ECA_DEVICE(int64_t c) {
    const real a = sums.ch.gamma[c] * sums.ch.inv_std[c];
    slope[c] = dgamma != nullptr ? -a * sums.ch.inv_std[c] * dgamma[c] * per_batch : 0;
    const real of_sums = dbeta != nullptr ? -a * dbeta[c] * per_batch - slope[c] * sums.ch.mean[c] : 0;
    for (int64_t n = 0; n < shape.N; ++n) {
      const int64_t i = n * shape.C + c;
      factor[i] = a * gate(sums, i);
      offset[i] = a * sums.dm[i] * per_image + of_sums;
    }
  });
}

}  // namespace eca::kernels
