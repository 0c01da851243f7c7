// Batch normalisation over the rows of x (R,C), R = N*H*W:
//   mean[c] = 1/R sum_r x[r,c]      var[c] = 1/R sum_r (x[r,c] - mean[c])^2        (biased)
//   y[r,c]  = gamma[c] * (x[r,c] - mean[c]) * inv_std[c] + beta[c]                 inv_std = 1/sqrt(var +
//   eps)
// mean and var: core/kernels/batch_norm/moments.hpp. Source: Ioffe and Szegedy, arXiv 1502.03167v3, algorithm 1. Derivation: docs/derivations/batch_norm.md
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// What both passes know about one batch norm: pointers to C values each.
struct BatchNormChannels {
  const real* mean;
  const real* inv_std;
  const real* gamma;
  const real* beta;
};

void batch_norm_apply(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_apply_ref(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_apply_fast(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);

// With x_hat = (x - mean) * inv_std:
//   sum_dy[c] = sum_r dy[r,c]  (this is dbeta)      sum_dy_xhat[c] = sum_r dy[r,c] * x_hat[r,c]  (this is
//   dgamma)
void batch_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x, BatchNormChannels ch,
                     int64_t R, int64_t C);
void batch_norm_sums_ref(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x, BatchNormChannels ch,
                         int64_t R, int64_t C);
void batch_norm_sums_fast(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                          BatchNormChannels ch, int64_t R, int64_t C);

// Training: dx = gamma * inv_std * (dy - sum_dy / R - x_hat * sum_dy_xhat / R).
// Evaluation (the statistics are constants): pass null sums; dx = gamma * inv_std * dy.
void batch_norm_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                   const real* sum_dy_xhat, int64_t R, int64_t C);
void batch_norm_dx_ref(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                       const real* sum_dy_xhat, int64_t R, int64_t C);
void batch_norm_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                        const real* sum_dy_xhat, int64_t R, int64_t C);

}  // namespace eca::kernels
