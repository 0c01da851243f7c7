#include "core/kernels/fused/residual_tail_terms.hpp"

#include <algorithm>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/twins.hpp"

namespace eca::kernels {

void residual_tail_ds(GradSlot ds, const TailSums& tail, TailShape shape) {
  const TailSums sums = tail;
  for_each_index(shape.N, shape.C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    const int64_t i = n * shape.C + c;
    ds.write(i, sums.ch.gamma[c] * sums.sum_g_xhat[i] + sums.ch.beta[c] * sums.sum_g[i]);
  });
}

static void residual_tail_sums_cpu(real* dbeta, real* dgamma, const TailSums& sums, TailShape shape) {
  const int64_t C = shape.C;
  const std::span both = sum_batch(2 * C, shape.N, [&](PartOfBatch images, double* of_leaf) {
    std::fill_n(of_leaf, 2 * C, 0.0);
    for (int64_t n = images.first; n < images.last; ++n) {
      for (int64_t c = 0; c < C; ++c) {
        of_leaf[c] += static_cast<double>(sums.dbeta(n * C + c));
        of_leaf[C + c] += static_cast<double>(sums.dgamma(n * C + c, c));
      }
    }
  });
  std::copy_n(both.begin(), C, dbeta);
  std::copy_n(both.begin() + C, C, dgamma);
}

void residual_tail_sums(real* dbeta, real* dgamma, const TailSums& sums, TailShape shape) {
  ECA_TWIN(residual_tail_sums_cpu, residual_tail_sums_cpu, residual_tail_sums_cuda)
  (dbeta, dgamma, sums, shape);
}

void collect_residual_tail_dx(real* factor, real* slope, real* offset, const TailSums& tail,
                              const real* dbeta, const real* dgamma, TailShape shape) {
  const TailSums sums = tail;
  const real per_image = 1 / static_cast<real>(shape.HW),
             per_batch = per_image / static_cast<real>(whole_batch(shape.N));
  for_each_index(shape.C, [=] ECA_DEVICE(int64_t c) {
    const real a = sums.ch.gamma[c] * sums.ch.inv_std[c];
    slope[c] = dgamma != nullptr ? -a * sums.ch.inv_std[c] * dgamma[c] * per_batch : 0;
    const real of_sums = dbeta != nullptr ? -a * dbeta[c] * per_batch - slope[c] * sums.ch.mean[c] : 0;
    for (int64_t n = 0; n < shape.N; ++n) {
      const int64_t i = n * shape.C + c;
      factor[i] = a * sums.gate(i);
      offset[i] = a * sums.dm[i] * per_image + of_sums;
    }
  });
}

}  // namespace eca::kernels
