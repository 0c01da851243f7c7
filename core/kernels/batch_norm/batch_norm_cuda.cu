// The sums of batch norm on a GPU. Its loops without sums are the plain twins' own.
#include "core/kernels/batch_norm/batch_norm.hpp"
#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/sum_in_ranges.hpp"

namespace eca::kernels {

void batch_norm_sums_cuda(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                          BatchNormChannels ch, int64_t N, int64_t HW, int64_t C) {
  sum_in_ranges<2>(
      N * HW, C,
      [=] ECA_DEVICE(int64_t r, int64_t c, double* sums) {
        const real x_hat = (x[r * C + c] - ch.mean[c]) * ch.inv_std[c];
        sums[0] += static_cast<double>(dy[r * C + c]);
        sums[1] += static_cast<double>(dy[r * C + c] * x_hat);
      },
      [=] ECA_DEVICE(int64_t c, const double* sums) {
        sum_dy[c] = static_cast<real>(sums[0]);
        sum_dy_xhat[c] = static_cast<real>(sums[1]);
      });
}

// Two passes: the squares need the mean.
void image_moments_cuda(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW,
                        int64_t C) {
  sum_over_pixels<1>(
      N, HW, C, [=] ECA_DEVICE(int64_t i, int64_t, double* sum) { *sum += static_cast<double>(x[i]); },
      [=] ECA_DEVICE(int64_t nc, const double* sum) {
        image_mean[nc] = static_cast<real>(*sum / static_cast<double>(HW));
      });
  sum_over_pixels<1>(
      N, HW, C,
      [=] ECA_DEVICE(int64_t i, int64_t nc, double* sum) {
        const double d = static_cast<double>(x[i] - image_mean[nc]);
        *sum += d * d;
      },
      [=] ECA_DEVICE(int64_t nc, const double* sum) { image_squares[nc] = static_cast<real>(*sum); });
}

void join_moments_cuda(real* mean, real* var, const real* image_mean, const real* image_squares, int64_t N,
                       int64_t HW, int64_t C) {
  const double per_image = static_cast<double>(HW);
  for_each_index(C, [=] ECA_DEVICE(int64_t c) {
    double m = 0, squares = 0;
    for (int64_t n = 0; n < N; ++n) {
      join(m, squares, static_cast<double>(n) * per_image, static_cast<double>(image_mean[n * C + c]),
           static_cast<double>(image_squares[n * C + c]), per_image);
    }
    mean[c] = static_cast<real>(m);
    var[c] = static_cast<real>(squares / (static_cast<double>(N) * per_image));
  });
}

}  // namespace eca::kernels
