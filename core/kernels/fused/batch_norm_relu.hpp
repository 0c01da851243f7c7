// Batch norm and ReLU in one pass over memory each way.
//   a[c]   = gamma[c] * inv_std[c]
//   b[c]   = beta[c] - a[c] * mean[c]
//   z[r,c] = a[c] * x[r,c] + b[c]                         x, y, z (R,C)
//   y[r,c] = relu(z[r,c])
// The backward works z out from x again, so that y need not be kept, and is batch norm's with g in place of dy:
//   g[r,c] = dy[r,c] where z[r,c] > 0, else 0
// The rest, and the source: core/kernels/batch_norm/batch_norm.hpp.  Derivation: docs/derivations/fused.md
#pragma once

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

//   z = a[c] * x + b[c]
ECA_DEVICE inline real normalised(real x, BatchNormChannels ch, int64_t c) {
  const real a = ch.gamma[c] * ch.inv_std[c], b = ch.beta[c] - a * ch.mean[c];
  return a * x + b;
}

void batch_norm_relu_forward(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_relu_forward_ref(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_relu_forward_fast(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);

//   sum_g[c]      = sum_r g[r,c]                  this is dbeta
//   sum_g_xhat[c] = sum_r g[r,c] * x_hat[r,c]     this is dgamma
void batch_norm_relu_sums(real* sum_g, real* sum_g_xhat, const real* dy, const real* x, BatchNormChannels ch,
                          int64_t N, int64_t HW, int64_t C);
void batch_norm_relu_sums_ref(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                              BatchNormChannels ch, int64_t N, int64_t HW, int64_t C);
void batch_norm_relu_sums_fast(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                               BatchNormChannels ch, int64_t N, int64_t HW, int64_t C);

//   dx[r,c] = gamma[c] * inv_std[c] * (g[r,c] - sum_g[c]/R - x_hat[r,c] * sum_g_xhat[c]/R)      training
//   dx[r,c] = gamma[c] * inv_std[c] * g[r,c]                                                    evaluation: null sums
void batch_norm_relu_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_g,
                        const real* sum_g_xhat, int64_t N, int64_t HW, int64_t C);
void batch_norm_relu_dx_ref(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                            const real* sum_g, const real* sum_g_xhat, int64_t N, int64_t HW, int64_t C);
void batch_norm_relu_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                             const real* sum_g, const real* sum_g_xhat, int64_t N, int64_t HW, int64_t C);

// On a GPU, of arrays that lie there.
void batch_norm_relu_sums_cuda(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                               BatchNormChannels ch, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
