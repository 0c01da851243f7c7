#include "core/kernels/batch_norm/batch_norm.hpp"

#include "core/kernels/common/twins.hpp"

namespace eca::kernels {

void batch_norm_apply(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C) {
  twin(batch_norm_apply_ref, batch_norm_apply_fast)(y, x, ch, R, C);
}

void batch_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x, BatchNormChannels ch,
                     int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(batch_norm_sums_ref, batch_norm_sums_fast, batch_norm_sums_cuda)
  (sum_dy, sum_dy_xhat, dy, x, ch, N, HW, C);
}

void batch_norm_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_dy,
                   const real* sum_dy_xhat, int64_t N, int64_t HW, int64_t C) {
  twin(batch_norm_dx_ref, batch_norm_dx_fast)(dx, dy, x, ch, sum_dy, sum_dy_xhat, N, HW, C);
}

}  // namespace eca::kernels
