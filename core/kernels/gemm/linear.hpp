// The products of a linear layer, whose rows are the images of a batch:        x (N,I)   w (I,O)   y (N,O)
//   y  = x * w
//   dx = dy * w^T
//   dw = x^T * dy            summed over images in the order of core/parallel/leaves.hpp
// The processor multiplies leaf by leaf, on several threads.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// y is assigned, or with `add` added to.
void linear_forward(GradSlot y, const real* x, const real* w, int64_t N, int64_t I, int64_t O);
void linear_dx(GradSlot dx, const real* dy, const real* w, int64_t N, int64_t I, int64_t O);
void linear_dw(GradSlot dw, const real* dy, const real* x, int64_t N, int64_t I, int64_t O);

// On a GPU, of arrays that lie there: one product each.
void linear_forward_cuda(GradSlot y, const real* x, const real* w, int64_t N, int64_t I, int64_t O);
void linear_dx_cuda(GradSlot dx, const real* dy, const real* w, int64_t N, int64_t I, int64_t O);
void linear_dw_cuda(GradSlot dw, const real* dy, const real* x, int64_t N, int64_t I, int64_t O);

}  // namespace eca::kernels
