#include "experiments/explain/cam.hpp"

#include "core/autograd/check.hpp"

namespace eca {

Map cam(const Tensor& A, int64_t n, const Tensor& w, int64_t k) {
  check_rank("cam", "A", A, "N,H,W,C");
  check_rank("cam", "w", w, "C,K");
  const int64_t HW = A.dim(1) * A.dim(2), C = A.dim(3), K = w.dim(1);
  check_shape("cam", "w", w, {C, K}, "C,K");
  const std::vector<real> maps = A.values(), weights = w.values();
  Map L = {A.dim(1), A.dim(2), {}};
  for (int64_t i = 0; i < HW; ++i) {
    const real* a = maps.data() + (n * HW + i) * C;
    double sum = 0;
    for (int64_t c = 0; c < C; ++c)
      sum += static_cast<double>(weights[static_cast<size_t>(c * K + k)]) * static_cast<double>(a[c]);
    L.values.push_back(sum);
  }
  return L;
}

}  // namespace eca
