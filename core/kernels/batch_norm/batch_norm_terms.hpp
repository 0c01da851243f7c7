// What the fast backward of batch norm does once per channel, with or without a fused ReLU.
#pragma once

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

// Joins the sums over the rows r of each chunk k, in index order in double:        partials (chunks,2,C)
//   partials[k,0,c] = sum_r dy[r,c]
//   partials[k,1,c] = sum_r dy[r,c] * (x[r,c] - mean[c])
//   sum_dy[c]       = sum_k partials[k,0,c]
//   sum_dy_xhat[c]  = sum_k partials[k,1,c] * inv_std[c]
void join_batch_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* partials, int64_t chunks,
                          BatchNormChannels ch, int64_t C);

// The terms of dx collected by what they multiply:
//   dx[r,c]   = a[c] * dy[r,c] + slope[c] * x[r,c] + offset[c]
//   a[c]      = gamma[c] * inv_std[c]
//   slope[c]  = -a[c] * inv_std[c] * sum_dy_xhat[c] / R              0 where the sums are null (evaluation)
//   offset[c] = -a[c] * sum_dy[c] / R - slope[c] * mean[c]           0 likewise
void collect_batch_norm_dx(real* slope, real* offset, BatchNormChannels ch, const real* sum_dy,
                           const real* sum_dy_xhat, int64_t R, int64_t C);

}  // namespace eca::kernels
