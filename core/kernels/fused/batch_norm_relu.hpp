// Batch norm and ReLU in one pass over memory each way. With a = gamma * inv_std and b = beta - a * mean,
//   y[r,c] = relu(z),  z = a[c] * x[r,c] + b[c]
//   g[r,c] = dy[r,c] where z > 0, else 0                           worked out from x again: y is not read
//   dx     = batch norm's backward of g
// Source: batch_norm.hpp; what is fused changes no formula.
#pragma once

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

void batch_norm_relu_forward(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_relu_forward_ref(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_relu_forward_fast(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C);

// sum_g[c] = sum_r g (this is dbeta)      sum_g_xhat[c] = sum_r g * x_hat (this is dgamma)
void batch_norm_relu_sums(real* sum_g, real* sum_g_xhat, const real* dy, const real* x, BatchNormChannels ch,
                          int64_t R, int64_t C);
void batch_norm_relu_sums_ref(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                              BatchNormChannels ch, int64_t R, int64_t C);
void batch_norm_relu_sums_fast(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                               BatchNormChannels ch, int64_t R, int64_t C);

// As batch_norm_dx, of g: null sums in evaluation.
void batch_norm_relu_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_g,
                        const real* sum_g_xhat, int64_t R, int64_t C);
void batch_norm_relu_dx_ref(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                            const real* sum_g, const real* sum_g_xhat, int64_t R, int64_t C);
void batch_norm_relu_dx_fast(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                             const real* sum_g, const real* sum_g_xhat, int64_t R, int64_t C);

}  // namespace eca::kernels
