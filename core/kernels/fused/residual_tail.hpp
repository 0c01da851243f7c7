// The end of a residual block in one pass over memory each way: batch norm, channel gate, shortcut, ReLU.
//   x_hat[n,p,c] = (x[n,p,c] - mean[c]) * inv_std[c]
//   z[n,p,c]     = gamma[c] * x_hat[n,p,c] + beta[c]
//   y[n,p,c]     = relu(s[n,c] * z[n,p,c] + r[n,p,c])          x, r, y, z (N,HW,C)   s (N,C), or null: 1
// Derivation: docs/derivations/fused.md
#pragma once

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

struct TailShape {
  int64_t N, HW, C;
};

//   y[n,p,c] = relu(s[n,c] * z[n,p,c] + r[n,p,c])
void residual_tail_forward(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                           TailShape shape);
void residual_tail_forward_ref(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                               TailShape shape);
void residual_tail_forward_fast(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                                TailShape shape);

//   g[n,p,c]        = dy[n,p,c] where y[n,p,c] > 0, else 0          this is also dr
//   sum_g[n,c]      = sum_p g[n,p,c]
//   sum_g_xhat[n,c] = sum_p g[n,p,c] * x_hat[n,p,c]
void residual_tail_g(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y, const real* x,
                     BatchNormChannels ch, TailShape shape);
void residual_tail_g_ref(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y, const real* x,
                         BatchNormChannels ch, TailShape shape);
void residual_tail_g_fast(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                          const real* x, BatchNormChannels ch, TailShape shape);

// All terms of the backward, collected by what they multiply:        factor, offset (N,C)   slope (C)
//   dx[n,p,c] = factor[n,c] * g[n,p,c] + slope[c] * x[n,p,c] + offset[n,c]
void residual_tail_dx(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                      const real* offset, TailShape shape);
void residual_tail_dx_ref(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                          const real* offset, TailShape shape);
void residual_tail_dx_fast(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                           const real* offset, TailShape shape);

// On a GPU, of arrays that lie there.
void residual_tail_g_cuda(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                          const real* x, BatchNormChannels ch, TailShape shape);

}  // namespace eca::kernels
