// Batch normalisation over the rows of x, one for each pixel p of each image n: R = N*HW of the whole batch.
//   mean[c]    = 1/R sum_r x[r,c]                                       x, y (R,C) or, with r = n*HW + p, (N,HW,C)
//   var[c]     = 1/R sum_r (x[r,c] - mean[c])^2                         biased
//   inv_std[c] = 1 / sqrt(var[c] + eps)
//   x_hat[r,c] = (x[r,c] - mean[c]) * inv_std[c]
//   y[r,c]     = gamma[c] * x_hat[r,c] + beta[c]
// mean and var come from core/kernels/batch_norm/moments.hpp.
// Source: Ioffe and Szegedy, arXiv 1502.03167v3, algorithm 1.  Derivation: docs/book/03_batch_norm.md
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// What both passes know about one batch norm, (C) each.
struct BatchNormChannels {
  const real* mean;
  const real* inv_std;
  const real* gamma;
  const real* beta;
};

//   y[r,c] = gamma[c] * x_hat[r,c] + beta[c]
void batch_norm_apply(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_apply_ref(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_apply_fast(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);

//   sum_dy[c]      = sum_r dy[r,c]                  this is dbeta
//   sum_dy_xhat[c] = sum_r dy[r,c] * x_hat[r,c]     this is dgamma
// Over the whole batch, in the order of core/parallel/leaves.hpp.
void batch_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x, BatchNormChannels ch,
                     int64_t N, int64_t HW, int64_t C);
void batch_norm_sums_ref(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x, BatchNormChannels ch,
                         int64_t N, int64_t HW, int64_t C);
void batch_norm_sums_fast(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                          BatchNormChannels ch, int64_t N, int64_t HW, int64_t C);

//   dx[r,c] = gamma[c] * inv_std[c] * (dy[r,c] - sum_dy[c]/R - x_hat[r,c] * sum_dy_xhat[c]/R)      training
//   dx[r,c] = gamma[c] * inv_std[c] * dy[r,c]                                                      evaluation
// In evaluation mean and var are constants; the sums are then null.
void batch_norm_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                   const real* sum_dy_xhat, int64_t N, int64_t HW, int64_t C);
void batch_norm_dx_ref(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                       const real* sum_dy_xhat, int64_t N, int64_t HW, int64_t C);
void batch_norm_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                        const real* sum_dy_xhat, int64_t N, int64_t HW, int64_t C);

// On a GPU, of arrays that lie there.
void batch_norm_sums_cuda(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                          BatchNormChannels ch, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
