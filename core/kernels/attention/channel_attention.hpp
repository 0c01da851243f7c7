// The arithmetic of channel attention on squeezed maps (N,C). Gradients of weights are summed over images in the order of
// core/parallel/leaves.hpp. The multiply that ends it: scale_channels.hpp.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// What lies beyond the first and the last channel: zeros, or the channels again from the other end.
enum class Ends { zeros, circular };
// Where channel c of a row of C really lies; -1: nowhere.
ECA_DEVICE inline int64_t channel_at(int64_t c, Ends ends, int64_t C) {
  if (ends == Ends::circular) return (c % C + C) % C;
  return c >= 0 && c < C ? c : -1;
}

// ECA's 1-D convolution over channels, window centred by p = (k-1)/2, no bias:
//   z[n,c] = sum_{j<k} w[j] * y[n,c+j-p]          y,z (N,C)   w (k)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 9 and its official code.
void channel_conv1d_forward(real* z, const real* y, const real* w, Ends ends, int64_t N, int64_t C,
                            int64_t k);
//   dy[n,c] = sum_j w[j] * dz[n,c-j+p]
void channel_conv1d_dy(GradSlot dy, const real* dz, const real* w, Ends ends, int64_t N, int64_t C,
                       int64_t k);
//   dw[j] = sum_{n,c} dz[n,c] * y[n,c+j-p]
void channel_conv1d_dw(GradSlot dw, const real* dz, const real* y, Ends ends, int64_t N, int64_t C,
                       int64_t k);

// Each output has its own k weights, over the k inputs from first[c] on; zeros beyond both ends:
//   z[n,c] = sum_{j<k} w[c,j] * y[n,first[c]+j]          y (N,M)   z (N,C)   w (C,k)   first (C)
void channel_rows_forward(real* z, const real* y, const real* w, const int64_t* first, int64_t N, int64_t M,
                          int64_t C, int64_t k);
//   dy[n,m] = sum_{c,j: first[c]+j=m} dz[n,c] * w[c,j]
void channel_rows_dy(GradSlot dy, const real* dz, const real* w, const int64_t* first, int64_t N, int64_t M,
                     int64_t C, int64_t k);
//   dw[c,j] = sum_n dz[n,c] * y[n,first[c]+j]
void channel_rows_dw(GradSlot dw, const real* dz, const real* y, const int64_t* first, int64_t N, int64_t M,
                     int64_t C, int64_t k);

// Each channel has a weight of its own. The rest of that op is scale_channels with one image of N pixels.
//   dw[c] = sum_n dz[n,c] * y[n,c]          dz,y (N,C)   dw (C)
void channel_affine_dw(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C);

// Division by the root mean square of a row:          e,u (N,C)   r (N)
//   r[n]   = 1 / sqrt(1/C sum_c e[n,c]^2 + eps)
//   u[n,c] = e[n,c] * r[n]
void rms_normalise_forward(real* u, real* r, const real* e, double eps, int64_t N, int64_t C);
//   de[n,c] = r[n] * (du[n,c] - u[n,c] * 1/C sum_i du[n,i] * u[n,i])
void rms_normalise_de(GradSlot de, const real* du, const real* u, const real* r, int64_t N, int64_t C);

// On a GPU, of arrays that lie there.
void channel_conv1d_dw_cuda(GradSlot dw, const real* dz, const real* y, Ends ends, int64_t N, int64_t C,
                            int64_t k);
void channel_rows_dy_cuda(GradSlot dy, const real* dz, const real* w, const int64_t* first, int64_t N,
                          int64_t M, int64_t C, int64_t k);
void channel_rows_dw_cuda(GradSlot dw, const real* dz, const real* y, const int64_t* first, int64_t N,
                          int64_t M, int64_t C, int64_t k);
void channel_affine_dw_cuda(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C);

}  // namespace eca::kernels
