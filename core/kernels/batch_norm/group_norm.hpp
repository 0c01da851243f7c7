// Group normalisation: each image is normalised by itself, group by group of neighbouring channels, of M = HW * C/G values.
//   mean[n,g]    = 1/M sum x[n,p,c]                          over the pixels p and the channels c of group g = c / (C/G)
//   inv_std[n,g] = 1 / sqrt(1/M sum (x[n,p,c] - mean[n,g])^2 + eps)
//   x_hat[n,p,c] = (x[n,p,c] - mean[n,g]) * inv_std[n,g]
//   y[n,p,c]     = gamma[c] * x_hat[n,p,c] + beta[c]         x, y (N,HW,C)   mean, inv_std (N,G)   gamma, beta (C)
// Source: Wu and He, arXiv 1803.08494v3, eq. 1 to 7.  Derivation: docs/derivations/detection.md
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

struct GroupNormShape {
  int64_t N, HW, C, G;

  // Of a group.
  ECA_DEVICE int64_t channels() const { return C / G; }
  ECA_DEVICE int64_t values() const { return HW * channels(); }
};

// What is known after the moments. beta: the forward pass alone needs it.
struct GroupNormValues {
  const real* mean;
  const real* inv_std;
  const real* gamma;
  const real* beta;
};

void group_norm_moments(real* mean, real* inv_std, const real* x, double eps, const GroupNormShape& s);

void group_norm_forward(real* y, const real* x, const GroupNormValues& values, const GroupNormShape& s);

//   sum_dy[n,c]      = sum_p dy[n,p,c]                      summed over n, this is dbeta
//   sum_dy_xhat[n,c] = sum_p dy[n,p,c] * x_hat[n,p,c]       and this dgamma
void group_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                     const GroupNormValues& values, const GroupNormShape& s);

//   dx[n,p,c] = inv_std[n,g] * (gamma[c] * dy[n,p,c] - a[n,g] - x_hat[n,p,c] * b[n,g])
//   a[n,g]    = 1/M sum over the group's c of gamma[c] * sum_dy[n,c]              b[n,g]: the same of sum_dy_xhat
void group_norm_dx(GradSlot dx, const real* dy, const real* x, const GroupNormValues& values,
                   const real* sum_dy, const real* sum_dy_xhat, const GroupNormShape& s);

}  // namespace eca::kernels
