// The plain twins: one value after the other, one thread.
#include "core/kernels/fused/residual_tail.hpp"

#include "core/kernels/common/for_each_index.hpp"

namespace eca::kernels {

void residual_tail_forward_ref(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                               TailShape shape) {
  const int64_t HW = shape.HW, C = shape.C;
  for_each_index(shape.N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t i = pixel * C + c;
    const real z = ch.gamma[c] * ((x[i] - ch.mean[c]) * ch.inv_std[c]) + ch.beta[c];
    const real sum = (s != nullptr ? s[pixel / HW * C + c] : 1) * z + r[i];
    y[i] = sum < 0 ? 0 : sum;
  });
}

void residual_tail_g_ref(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y, const real* x,
                         BatchNormChannels ch, TailShape shape) {
  const auto [N, HW, C] = shape;
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      double sum = 0, sum_xhat = 0;
      for (int64_t p = 0; p < HW; ++p) {
        const int64_t i = (n * HW + p) * C + c;
        g[i] = y[i] > 0 ? dy[i] : 0;
        sum += static_cast<double>(g[i]);
        sum_xhat += static_cast<double>(g[i] * ((x[i] - ch.mean[c]) * ch.inv_std[c]));
      }
      sum_g[n * C + c] = static_cast<real>(sum);
      sum_g_xhat[n * C + c] = static_cast<real>(sum_xhat);
    }
  }
}

void residual_tail_dx_ref(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                          const real* offset, TailShape shape) {
  const int64_t HW = shape.HW, C = shape.C;
  for_each_index(shape.N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t i = pixel * C + c, of_image = pixel / HW * C + c;
    dx.write(i, factor[of_image] * g[i] + slope[c] * x[i] + offset[of_image]);
  });
}

}  // namespace eca::kernels
