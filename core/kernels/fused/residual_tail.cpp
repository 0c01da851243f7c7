#include "core/kernels/fused/residual_tail.hpp"

#include "core/kernels/common/twins.hpp"

namespace eca::kernels {

void residual_tail_forward(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                           TailShape shape) {
  twin(residual_tail_forward_ref, residual_tail_forward_fast)(y, x, r, s, ch, shape);
}

void residual_tail_g(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y, const real* x,
                     BatchNormChannels ch, TailShape shape) {
  ECA_TWIN(residual_tail_g_ref, residual_tail_g_fast, residual_tail_g_cuda)
  (g, sum_g, sum_g_xhat, dy, y, x, ch, shape);
}

void residual_tail_dx(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                      const real* offset, TailShape shape) {
  twin(residual_tail_dx_ref, residual_tail_dx_fast)(dx, g, x, factor, slope, offset, shape);
}

}  // namespace eca::kernels
