// What the fast backward of batch norm does once per channel, with or without a fused ReLU.
#pragma once

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

// sum_dy, sum_dy_xhat (C) from partials (chunks,2,C), the sums of dy and of dy * (x - mean) over each chunk of rows, joined in
// index order in double.
void join_batch_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* partials, int64_t chunks,
                          BatchNormChannels ch, int64_t C);

// The terms of dx collected by what they multiply: dx = a*dy + slope*x + offset with a = gamma*inv_std,
//   slope = -a*inv_std*sum_dy_xhat/R,  offset = -a*sum_dy/R - slope*mean.       Null sums (evaluation): both 0.
void collect_batch_norm_dx(real* slope, real* offset, BatchNormChannels ch, const real* sum_dy,
                           const real* sum_dy_xhat, int64_t R, int64_t C);

}  // namespace eca::kernels
