#include "experiments/explain/grad_cam_plus_plus.hpp"

#include "core/autograd/check.hpp"
#include "experiments/explain/grad_cam.hpp"

namespace eca {

Map grad_cam_plus_plus(const Tensor& A, const Tensor& dA, int64_t n) {
  check_rank("grad_cam_plus_plus", "A", A, "N,H,W,C");
  check_shape("grad_cam_plus_plus", "dA", dA, A.shape(), "N,H,W,C");
  const int64_t HW = A.dim(1) * A.dim(2), C = A.dim(3);
  const std::vector<real> maps = A.values(), gradients = dA.values();
  const auto at = [&](int64_t i, int64_t c) { return static_cast<size_t>((n * HW + i) * C + c); };
  std::vector<double> alpha(static_cast<size_t>(C));
  for (int64_t c = 0; c < C; ++c) {
    double sum_A = 0;
    for (int64_t i = 0; i < HW; ++i) sum_A += static_cast<double>(maps[at(i, c)]);
    for (int64_t i = 0; i < HW; ++i) {
      const auto g = static_cast<double>(gradients[at(i, c)]);
      const double denominator = 2 * g * g + g * g * g * sum_A;
      if (g > 0 && denominator != 0) alpha[static_cast<size_t>(c)] += g * g / denominator * g;
    }
  }
  return weighted_channels(A, n, alpha);
}

}  // namespace eca
