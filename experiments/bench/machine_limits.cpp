#include "experiments/bench/machine_limits.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/kernels/elementwise/elementwise.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/parallel/threads.hpp"

namespace eca {

// Of several rounds, as many as fit into a second, the quickest.
static double least_seconds(const std::function<void()>& work) {
  constexpr int kRounds = 8;
  double least = 1e9, total = 0;
  for (int round = 0; round < kRounds && total < 1; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    wait_for_results();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    least = std::min(least, seconds);
    total += seconds;
  }
  return least;
}

static void one_product(const std::vector<real>& a, const std::vector<real>& b, std::vector<real>& c,
                        int64_t n) {
  kernels::gemm_fast(n, n, n, {a.data(), n}, {b.data(), n}, 0, c.data(), n);
}

static double gemm_peak_flops_of_gpu() {
  constexpr int64_t n = 2048, kProducts = 4;
  const Tensor a = Tensor::full({n, n}, real{0.5}), b = Tensor::full({n, n}, real{0.5});
  Tensor c = Tensor::empty({n, n});
  const double seconds = least_seconds([&] {
    for (int64_t i = 0; i < kProducts; ++i)
      kernels::gemm(n, n, n, {a.data(), n}, {b.data(), n}, 0, c.data(), n);
  });
  return 2.0 * n * n * n * kProducts / seconds;
}

double gemm_peak_flops() {
  if (kernel_mode() == KernelMode::cuda) return gemm_peak_flops_of_gpu();
  constexpr int64_t n = 1024;
  const int team = threads();
  const std::vector<real> a(n * n, real{0.5}), b(n * n, real{0.5});
  std::vector<std::vector<real>> c(static_cast<size_t>(team), std::vector<real>(n * n));
  const double seconds = least_seconds([&] {
#pragma omp parallel for schedule(static, 1) num_threads(team)
    for (int t = 0; t < team; ++t) one_product(a, b, c[static_cast<size_t>(t)], n);
  });
  return 2.0 * n * n * n * team / seconds;
}

double memory_bandwidth() {
  constexpr int64_t n = int64_t{16} << 20, kTimes = 4;
  const Tensor a = Tensor::zeros({n}), b = Tensor::zeros({n});
  Tensor c = Tensor::zeros({n});
  const double seconds = least_seconds([&] {
    for (int64_t i = 0; i < kTimes; ++i) kernels::add_forward(c.data(), a.data(), b.data(), n);
  });
  return 3.0 * n * kTimes * sizeof(real) / seconds;
}

}  // namespace eca
