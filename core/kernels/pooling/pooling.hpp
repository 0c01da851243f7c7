// Pooling over windows of x (N,H,W,C) -> y (N,OH,OW,C).
//   max:      y = largest x in the window; padding never wins. Ties: the first in row order.
//   average:  y = sum of x in the window / divisor; the divisor is the window's area, counting the padding or
//   not. global:   y (N,C) = 1/(H*W) sum_hw x
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

struct PoolShape {
  int64_t N, H, W, C;
  int64_t kernel, stride, padding = 0;
  bool count_padding = true;  // average only

  int64_t OH() const { return (H + 2 * padding - kernel) / stride + 1; }
  int64_t OW() const { return (W + 2 * padding - kernel) / stride + 1; }
};

void max_pool_forward(real* y, const real* x, const PoolShape& s);
void max_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& s);
void average_pool_forward(real* y, const real* x, const PoolShape& s);
void average_pool_dx(GradSlot dx, const real* dy, const PoolShape& s);

void global_average_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C);
void global_average_pool_dx(GradSlot dx, const real* dy, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
