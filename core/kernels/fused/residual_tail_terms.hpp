// What the backward of a residual block's end does once for each image and channel, between the two passes over memory of
// core/kernels/fused/residual_tail.hpp. Apart from the slots all is small, so there is no fast twin. R = N*HW of the whole batch,
// and sums over images are over the whole batch, in the order of core/parallel/leaves.hpp.
// Derivation: docs/derivations/fused.md
#pragma once

#include "core/kernels/fused/residual_tail.hpp"

namespace eca::kernels {

// Between the passes: what the second knows. (N,C) each but for ch.
struct TailSums {
  const real* sum_g;       // sum_p g[n,p,c]
  const real* sum_g_xhat;  // sum_p g[n,p,c] * x_hat[n,p,c]
  const real* s;           // the gate; null: 1
  const real* dm;          // the gradient of the mean of z in each image
  const real* image_mean;  // of x
  BatchNormChannels ch;

  // What image n and channel c, element i of (N,C), add to the sums of batch norm's backward.
  ECA_DEVICE real gate(int64_t i) const { return s != nullptr ? s[i] : 1; }
  ECA_DEVICE real dbeta(int64_t i) const { return gate(i) * sum_g[i] + dm[i]; }
  ECA_DEVICE real dgamma(int64_t i, int64_t c) const {
    const real h = (image_mean[i] - ch.mean[c]) * ch.inv_std[c];
    return gate(i) * sum_g_xhat[i] + dm[i] * h;
  }
};

//   ds[n,c] = sum_p g[n,p,c] * z[n,p,c] = gamma[c] * sum_g_xhat[n,c] + beta[c] * sum_g[n,c]
void residual_tail_ds(GradSlot ds, const TailSums& sums, TailShape shape);

// The sums of batch norm's backward of dz = s * g + dm / HW, which need no pass over dz. With h[n,c] = mean_p(x_hat):
//   dbeta [c] = sum dz         = sum_n ( s[n,c] * sum_g[n,c]      + dm[n,c] )
//   dgamma[c] = sum dz * x_hat = sum_n ( s[n,c] * sum_g_xhat[n,c] + dm[n,c] * h[n,c] )
void residual_tail_sums(real* dbeta, real* dgamma, const TailSums& sums, TailShape shape);
// On a GPU, of arrays that lie there.
void residual_tail_sums_cuda(real* dbeta, real* dgamma, const TailSums& sums, TailShape shape);

// With a = gamma * inv_std and R = N*HW,
//   dx = a * ( s * g + dm/HW - dbeta/R - x_hat * dgamma/R )        in evaluation, where the sums are null, the first two terms
// and x_hat = (x - mean) * inv_std. Collected by what they multiply:
//   factor[n,c] = a * s                                            g
//   slope [c]   = -a * inv_std * dgamma/R                          x
//   offset[n,c] = a * dm/HW - a * dbeta/R - slope * mean           1
void collect_residual_tail_dx(real* factor, real* slope, real* offset, const TailSums& sums,
                              const real* dbeta, const real* dgamma, TailShape shape);

}  // namespace eca::kernels
