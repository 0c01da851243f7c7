// Pooling over windows: y[n,oh,ow,c] comes from the kernel^2 pixels (h,w) of x from (oh*stride - padding,
// ow*stride - padding) on, as far as they lie inside the image.            x (N,H,W,C)   y (N,OH,OW,C)
//   max      y[n,oh,ow,c] = max_{h,w} x[n,h,w,c]
//   average  y[n,oh,ow,c] = sum_{h,w} x[n,h,w,c] / divisor
//   global   y[n,c]       = 1/(H*W) sum_{h,w} x[n,h,w,c]                   y (N,C)
// The divisor is kernel^2, or with count_padding = false the number of pixels inside the image.
// Derivation: docs/derivations/pooling.md
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

struct PoolShape {
  int64_t N, H, W, C;
  int64_t kernel, stride, padding = 0;
  bool count_padding = true;  // average only

  ECA_DEVICE int64_t OH() const { return (H + 2 * padding - kernel) / stride + 1; }
  ECA_DEVICE int64_t OW() const { return (W + 2 * padding - kernel) / stride + 1; }
};

// NaN wins.
void max_pool_forward(real* y, const real* x, const PoolShape& s);
//   dx[n,h,w,c] += dy[n,oh,ow,c] for the first x of the window, in row order, that equals y
void max_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& s);
void average_pool_forward(real* y, const real* x, const PoolShape& s);
//   dx[n,h,w,c] += dy[n,oh,ow,c] / divisor for every x of the window
void average_pool_dx(GradSlot dx, const real* dy, const PoolShape& s);

void global_average_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C);
//   dx[n,h,w,c] = dy[n,c] / (H*W)
void global_average_pool_dx(GradSlot dx, const real* dy, int64_t N, int64_t HW, int64_t C);

// On a GPU, of arrays that lie there.
void max_pool_forward_cuda(real* y, const real* x, const PoolShape& s);
void max_pool_dx_cuda(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& s);
void average_pool_forward_cuda(real* y, const real* x, const PoolShape& s);
void average_pool_dx_cuda(GradSlot dx, const real* dy, const PoolShape& s);
void global_average_pool_forward_cuda(real* y, const real* x, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
