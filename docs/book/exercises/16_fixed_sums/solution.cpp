#include "docs/book/exercises/16_fixed_sums/task.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

static constexpr int64_t kPart = 1024;

static float sum_of_part(const std::vector<float>& x, int64_t part) {
  const auto n = static_cast<int64_t>(x.size());
  const auto begin = x.begin() + part * kPart, end = x.begin() + std::min(n, (part + 1) * kPart);
  return std::accumulate(begin, end, 0.0F);
}

float sum(const std::vector<float>& x, int threads) {
  const int64_t parts = (static_cast<int64_t>(x.size()) + kPart - 1) / kPart;
  std::vector<float> partial(static_cast<size_t>(parts));
#pragma omp parallel for num_threads(threads)
  for (int64_t part = 0; part < parts; ++part) partial[static_cast<size_t>(part)] = sum_of_part(x, part);
  return std::accumulate(partial.begin(), partial.end(), 0.0F);
}
