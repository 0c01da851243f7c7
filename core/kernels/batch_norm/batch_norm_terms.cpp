#include "core/kernels/batch_norm/batch_norm_terms.hpp"

namespace eca::kernels {

void collect_batch_norm_dx(real* slope, real* offset, BatchNormChannels ch, const real* sum_dy,
                           const real* sum_dy_xhat, int64_t R, int64_t C) {
  const real per_row = 1 / static_cast<real>(R);
  for (int64_t c = 0; c < C; ++c) {
    const real a = ch.gamma[c] * ch.inv_std[c];
    slope[c] = sum_dy ? -a * ch.inv_std[c] * sum_dy_xhat[c] * per_row : 0;
    offset[c] = sum_dy ? -a * sum_dy[c] * per_row - slope[c] * ch.mean[c] : 0;
  }
}

}  // namespace eca::kernels
