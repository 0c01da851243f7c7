#include "docs/book/exercises/11_nesterov/task.hpp"

// Without decay and momentum.
void sgd_step(std::vector<double>& w, std::vector<double>&, const std::vector<double>& g,
              const SgdRates& rates) {
  for (size_t i = 0; i < w.size(); ++i) w[i] -= rates.rate * g[i];
}
