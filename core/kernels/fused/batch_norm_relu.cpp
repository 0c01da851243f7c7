#include "core/kernels/fused/batch_norm_relu.hpp"

#include "core/kernels/common/twins.hpp"

namespace eca::kernels {

void batch_norm_relu_forward(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C) {
  twin(batch_norm_relu_forward_ref, batch_norm_relu_forward_fast)(y, x, ch, R, C);
}

void batch_norm_relu_sums(real* sum_g, real* sum_g_xhat, const real* dy, const real* x, BatchNormChannels ch,
                          int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(batch_norm_relu_sums_ref, batch_norm_relu_sums_fast, batch_norm_relu_sums_cuda)
  (sum_g, sum_g_xhat, dy, x, ch, N, HW, C);
}

void batch_norm_relu_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_g,
                        const real* sum_g_xhat, int64_t N, int64_t HW, int64_t C) {
  twin(batch_norm_relu_dx_ref, batch_norm_relu_dx_fast)(dx, dy, x, ch, sum_g, sum_g_xhat, N, HW, C);
}

}  // namespace eca::kernels
