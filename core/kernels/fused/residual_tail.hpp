// The end of a residual block in one pass over memory each way: batch norm, channel gate, shortcut, ReLU.
//   z[n,p,c] = gamma[c] * (x[n,p,c] - mean[c]) * inv_std[c] + beta[c]
//   y        = relu(s[n,c] * z + r)                         x, r, y (N,HW,C)   s (N,C), or null: 1
#pragma once

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

struct TailShape {
  int64_t N, HW, C;
};

void residual_tail_forward(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                           TailShape shape);
void residual_tail_forward_ref(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                               TailShape shape);
void residual_tail_forward_fast(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                                TailShape shape);

// g = dy where y > 0, else 0, which is also dr      sum_g[n,c] = sum_p g      sum_g_xhat[n,c] = sum_p g * x_hat
void residual_tail_g(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y, const real* x,
                     BatchNormChannels ch, TailShape shape);
void residual_tail_g_ref(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y, const real* x,
                         BatchNormChannels ch, TailShape shape);
void residual_tail_g_fast(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                          const real* x, BatchNormChannels ch, TailShape shape);

// dx[n,p,c] = factor[n,c] * g + slope[c] * x + offset[n,c]: all terms of the backward, collected by what they multiply.
void residual_tail_dx(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                      const real* offset, TailShape shape);
void residual_tail_dx_ref(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                          const real* offset, TailShape shape);
void residual_tail_dx_fast(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                           const real* offset, TailShape shape);

}  // namespace eca::kernels
