#include "docs/book/exercises/16_fixed_sums/task.hpp"

#include <cstdint>

// Each thread has its own partial sum.
float sum(const std::vector<float>& x, int threads) {
  float total = 0;
  const auto n = static_cast<int64_t>(x.size());
#pragma omp parallel for num_threads(threads) reduction(+ : total) schedule(static)
  for (int64_t i = 0; i < n; ++i) total += x[static_cast<size_t>(i)];
  return total;
}
