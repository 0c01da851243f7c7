// One pass over memory, element by element, over arrays of n elements. The plain loop is the whole kernel, so
// there is no fast twin: the fast mode runs it in chunks on several threads, the ref mode on one. Slots assign
// or add, see core/kernels/common/grad_slot.hpp.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

void add_forward(real* y, const real* a, const real* b, int64_t n);  // y = a + b
void sub_forward(real* y, const real* a, const real* b, int64_t n);  // y = a - b
void mul_forward(real* y, const real* a, const real* b, int64_t n);  // y = a * b
void mul_da(GradSlot da, const real* dy, const real* b, int64_t n);  // da = dy * b
void scale_forward(real* y, const real* x, real factor, int64_t n);  // y = factor * x
void scale_dx(GradSlot dx, const real* dy, real factor, int64_t n);  // dx = factor * dy

// y  = x where x > 0, else 0; NaN stays NaN
// dx = dy where y > 0, else 0
void relu_forward(real* y, const real* x, int64_t n);
void relu_dx(GradSlot dx, const real* dy, const real* y, int64_t n);

// y  = min(max(x, 0), 6)
// dx = dy where 0 < y < 6, else 0
void relu6_forward(real* y, const real* x, int64_t n);
void relu6_dx(GradSlot dx, const real* dy, const real* y, int64_t n);

// y  = 1 / (1 + exp(-x))
// dx = dy * y * (1 - y)
void sigmoid_forward(real* y, const real* x, int64_t n);
void sigmoid_dx(GradSlot dx, const real* dy, const real* y, int64_t n);

// y  = x * min(max(x + 3, 0), 6) / 6
// dx = dy * (2x + 3) / 6 where -3 < x < 3, dy above, 0 below
void hard_swish_forward(real* y, const real* x, int64_t n);
void hard_swish_dx(GradSlot dx, const real* dy, const real* x, int64_t n);

}  // namespace eca::kernels
