#include "core/kernels/loss/cross_entropy.hpp"

#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("cross entropy pair: label smoothing and class weights", "[pair][cross_entropy]") {
  for (const int64_t N : {1, 5, 300}) {
    for (const int64_t K : {2, 10, 1000}) {
      for (const double smoothing : {0., 0.1}) {
        for (const char* weights : {"none", "some", "zero"}) {
          CAPTURE(N, K, smoothing, weights);
          std::vector<int32_t> labels;
          for (int64_t n = 0; n < N; ++n) labels.push_back(static_cast<int32_t>(7 * n % K));
          std::vector<double> w;
          for (int64_t k = 0; k < K; ++k) w.push_back(std::string(weights) == "zero" ? 0 : 1. / (1 + k % 3));
          kernels::CrossEntropyTarget q = {labels.data(), w.data(), smoothing};
          if (std::string(weights) == "none") q.w = nullptr;
          const Tensor x = random_tensor({N, K}, 1, -20, 20), dloss = random_tensor({}, 2);
          const Call<real*> forward = [&](Here& here, real* p) {
            kernels::cross_entropy_forward(p + N * K, p, here(x), q, N, K);
          };
          check_device_twin("p and loss", {N * K + 1}, {4 * kEps, 4 * kEps}, forward);
          const Tensor p = written<real*>({"ref", KernelMode::ref, forward}, nan_tensor({N * K + 1}));
          check_device_twin("dx", {N, K}, 8 * kEps, [&](Here& here, GradSlot dx) {
            kernels::cross_entropy_dx(dx, here(dloss), here(p), q, N, K);
          });
        }
      }
    }
  }
}
