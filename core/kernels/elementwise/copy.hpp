// Copies, one pass over memory. Slots assign or add, see core/kernels/common/grad_slot.hpp. The plain loop is the whole
// kernel, so there is no fast twin: the fast mode runs it in chunks on several threads, the ref mode on one.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

void fill(real* y, real value, int64_t n);        // y[i] = value
void copy(GradSlot y, const real* x, int64_t n);  // y[i] = x[i]

// y[r,c] = x[r,c] for R rows of C numbers that begin y_stride and x_stride numbers apart. With x_stride 0 every row of y is the
// one row of x.
void copy_rows(GradSlot y, int64_t y_stride, const real* x, int64_t x_stride, int64_t R, int64_t C);

// y[n,i] = x[n,order[i]]                  x,y (N,C)   order (C), a permutation
void permute_columns(real* y, const real* x, const int64_t* order, int64_t N, int64_t C);
//   dx[n,order[i]] = dy[n,i]
void permute_columns_dx(GradSlot dx, const real* dy, const int64_t* order, int64_t N, int64_t C);

}  // namespace eca::kernels
