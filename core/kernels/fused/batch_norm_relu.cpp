#include "core/kernels/fused/batch_norm_relu.hpp"

#include "core/base/kernel_mode.hpp"

namespace eca::kernels {

void batch_norm_relu_forward(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C) {
  switch (kernel_mode()) {
    case KernelMode::ref:
      return batch_norm_relu_forward_ref(y, x, ch, R, C);
    case KernelMode::fast:
      return batch_norm_relu_forward_fast(y, x, ch, R, C);
  }
}

void batch_norm_relu_sums(real* sum_g, real* sum_g_xhat, const real* dy, const real* x, BatchNormChannels ch,
                          int64_t R, int64_t C) {
  switch (kernel_mode()) {
    case KernelMode::ref:
      return batch_norm_relu_sums_ref(sum_g, sum_g_xhat, dy, x, ch, R, C);
    case KernelMode::fast:
      return batch_norm_relu_sums_fast(sum_g, sum_g_xhat, dy, x, ch, R, C);
  }
}

void batch_norm_relu_dx(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch, const real* sum_g,
                        const real* sum_g_xhat, int64_t R, int64_t C) {
  switch (kernel_mode()) {
    case KernelMode::ref:
      return batch_norm_relu_dx_ref(dx, dy, x, ch, sum_g, sum_g_xhat, R, C);
    case KernelMode::fast:
      return batch_norm_relu_dx_fast(dx, dy, x, ch, sum_g, sum_g_xhat, R, C);
  }
}

}  // namespace eca::kernels
