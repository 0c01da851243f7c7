// The plain twins: one value after the other, one thread.
#include "core/kernels/fused/batch_norm_relu.hpp"

#include <algorithm>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/leaf_sums.hpp"

namespace eca::kernels {

void batch_norm_relu_forward_ref(real* y, const real* x, BatchNormChannels ch, int64_t R, int64_t C) {
  for_each_index(R, C, [=] ECA_DEVICE(int64_t r, int64_t c) {
    const real z = normalised(x[r * C + c], ch, c);
    y[r * C + c] = z < 0 ? 0 : z;
  });
}

void batch_norm_relu_sums_ref(real* sum_g, real* sum_g_xhat, const real* dy, const real* x,
                              BatchNormChannels ch, int64_t N, int64_t HW, int64_t C) {
  const std::span sums = sum_batch(2 * C, N, [&](PartOfBatch images, double* of_leaf) {
    for (int64_t c = 0; c < C; ++c) {
      double sum = 0, sum_xhat = 0;
      for (int64_t r = images.first * HW; r < images.last * HW; ++r) {
        const real g = normalised(x[r * C + c], ch, c) > 0 ? dy[r * C + c] : 0;
        const real x_hat = (x[r * C + c] - ch.mean[c]) * ch.inv_std[c];
        sum += static_cast<double>(g);
        sum_xhat += static_cast<double>(g * x_hat);
      }
      of_leaf[c] = sum;
      of_leaf[C + c] = sum_xhat;
    }
  });
  std::copy_n(sums.begin(), C, sum_g);
  std::copy_n(sums.begin() + C, C, sum_g_xhat);
}

void batch_norm_relu_dx_ref(GradSlot dx, const real* dy, const real* x, BatchNormChannels ch,
                            const real* sum_g, const real* sum_g_xhat, int64_t N, int64_t HW, int64_t C) {
  const bool training = sum_g != nullptr;
  const real R = static_cast<real>(whole_batch(N) * HW);
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t r, int64_t c) {
    const int64_t i = r * C + c;
    real dx_hat = normalised(x[i], ch, c) > 0 ? dy[i] : 0;
    if (training) {
      const real x_hat = (x[i] - ch.mean[c]) * ch.inv_std[c];
      dx_hat -= sum_g[c] / R;
      dx_hat -= x_hat * sum_g_xhat[c] / R;
    }
    dx.write(i, ch.gamma[c] * ch.inv_std[c] * dx_hat);
  });
}

}  // namespace eca::kernels
