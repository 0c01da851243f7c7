// Sums.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// sums[c] = sum_{n,p} x[n,p,c]          x (N,HW,C)   sums (C): the gradient of a bias. Over the leaves of the batch as a tree.
void column_sums(GradSlot sums, const real* x, int64_t N, int64_t HW, int64_t C);

// y = factor * sum_i x[i]          x (n)   y (): in index order, in double, on the calling thread
void sum_forward(real* y, const real* x, real factor, int64_t n);
//   dx[i] = factor * dy
void sum_dx(GradSlot dx, const real* dy, real factor, int64_t n);

// On a GPU, of arrays that lie there.
void sum_forward_cuda(real* y, const real* x, real factor, int64_t n);
void column_sums_cuda(GradSlot sums, const real* x, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
