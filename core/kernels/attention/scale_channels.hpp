// The multiply that ends channel attention.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// y[n,p,c] = x[n,p,c] * s[n,c]         x,y (N,HW,C)   s (N,C)
void scale_channels_forward(real* y, const real* x, const real* s, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = dy[n,p,c] * s[n,c]
void scale_channels_dx(GradSlot dx, const real* dy, const real* s, int64_t N, int64_t HW, int64_t C);
//   ds[n,c] = sum_p dy[n,p,c] * x[n,p,c]
void scale_channels_ds(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C);

// On a GPU, of arrays that lie there.
void scale_channels_ds_cuda(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
