#include "experiments/common/softmax.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

std::vector<RankedClass> ranked_classes(const Tensor& logits, int64_t n, size_t count) {
  const int64_t K = logits.dim(1);
  const std::vector<real> values = logits.values();
  const real* row = values.data() + n * K;
  const double largest = static_cast<double>(*std::max_element(row, row + K));
  std::vector<RankedClass> classes;
  double total = 0;
  for (int64_t k = 0; k < K; ++k) {
    const double e = std::exp(static_cast<double>(row[k]) - largest);
    classes.push_back({static_cast<size_t>(k), e});
    total += e;
  }
  for (RankedClass& ranked : classes) ranked.probability /= total;
  std::stable_sort(classes.begin(), classes.end(),
                   [](const RankedClass& a, const RankedClass& b) { return a.probability > b.probability; });
  classes.resize(std::min(count, classes.size()));
  return classes;
}

}  // namespace eca
