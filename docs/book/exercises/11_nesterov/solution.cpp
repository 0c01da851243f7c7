#include "docs/book/exercises/11_nesterov/task.hpp"

void sgd_step(std::vector<double>& w, std::vector<double>& b, const std::vector<double>& g,
              const SgdRates& rates) {
  for (size_t i = 0; i < w.size(); ++i) {
    const double decayed = g[i] + rates.decay * w[i];
    b[i] = rates.momentum * b[i] + decayed;
    w[i] -= rates.rate * (decayed + rates.momentum * b[i]);
  }
}
