// The arithmetic of channel attention on squeezed maps (N,C), and the multiply that ends it.
#pragma once

#include <cstdint>

#include "core/grad_slot.hpp"
#include "core/real.hpp"

namespace eca::kernels {

// ECA's 1-D convolution over channels, zero padding p = (k-1)/2 at both ends, no bias:
//   z[n,c] = sum_{j<k} w[j] * y[n, c + j - p]          y,z (N,C)   w (k)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 9 and its official code. N*C is small: the plain loop is the fast
// one.
void channel_conv1d_forward(real* z, const real* y, const real* w, int64_t N, int64_t C, int64_t k);
//   dy[n,c] = sum_j w[j] * dz[n, c - j + p]
void channel_conv1d_dy(GradSlot dy, const real* dz, const real* w, int64_t N, int64_t C, int64_t k);
//   dw[j] = sum_{n,c} dz[n,c] * y[n, c + j - p]
void channel_conv1d_dw(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C, int64_t k);

// y[n,p,c] = x[n,p,c] * s[n,c]         x,y (N,HW,C)   s (N,C)
void scale_channels_forward(real* y, const real* x, const real* s, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = dy[n,p,c] * s[n,c]
void scale_channels_dx(GradSlot dx, const real* dy, const real* s, int64_t N, int64_t HW, int64_t C);
//   ds[n,c] = sum_p dy[n,p,c] * x[n,p,c]
void scale_channels_ds(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
