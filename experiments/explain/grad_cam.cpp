#include "experiments/explain/grad_cam.hpp"

#include <algorithm>

#include "core/autograd/check.hpp"

namespace eca {

Map weighted_channels(const Tensor& A, int64_t n, const std::vector<double>& alpha) {
  const int64_t HW = A.dim(1) * A.dim(2), C = A.dim(3);
  const std::vector<real> maps = A.values();
  Map L = {A.dim(1), A.dim(2), {}};
  for (int64_t i = 0; i < HW; ++i) {
    const real* a = maps.data() + (n * HW + i) * C;
    double sum = 0;
    for (int64_t c = 0; c < C; ++c) sum += alpha[static_cast<size_t>(c)] * static_cast<double>(a[c]);
    L.values.push_back(std::max(sum, 0.0));
  }
  return L;
}

Map grad_cam(const Tensor& A, const Tensor& dA, int64_t n) {
  check_rank("grad_cam", "A", A, "N,H,W,C");
  check_shape("grad_cam", "dA", dA, A.shape(), "N,H,W,C");
  const int64_t HW = A.dim(1) * A.dim(2), C = A.dim(3);
  const std::vector<real> gradients = dA.values();
  std::vector<double> alpha(static_cast<size_t>(C));
  for (int64_t i = 0; i < HW; ++i) {
    const real* g = gradients.data() + (n * HW + i) * C;
    for (int64_t c = 0; c < C; ++c)
      alpha[static_cast<size_t>(c)] += static_cast<double>(g[c]) / static_cast<double>(HW);
  }
  return weighted_channels(A, n, alpha);
}

}  // namespace eca
