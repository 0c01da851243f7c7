#include "experiments/gemm_peak.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/kernels/gemm.hpp"
#include "core/threads.hpp"

namespace eca {

static void one_product(const std::vector<real>& a, const std::vector<real>& b, std::vector<real>& c,
                        int64_t n) {
  kernels::gemm_fast(n, n, n, {a.data(), n}, {b.data(), n}, 0, c.data(), n);
}

double gemm_peak_flops() {
  constexpr int64_t n = 1024;
  constexpr int kRounds = 8;
  const int team = threads();
  const std::vector<real> a(n * n, real{0.5}), b(n * n, real{0.5});
  std::vector<std::vector<real>> c(static_cast<size_t>(team), std::vector<real>(n * n));
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
#pragma omp parallel for schedule(static, 1) num_threads(team)
    for (int t = 0; t < team; ++t) one_product(a, b, c[static_cast<size_t>(t)], n);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * n * n * n * team / seconds);
  }
  return best;
}

}  // namespace eca
