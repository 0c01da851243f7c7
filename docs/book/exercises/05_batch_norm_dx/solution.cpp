#include "docs/book/exercises/05_batch_norm_dx/task.hpp"

#include <cmath>

//   dx_r = gamma t (dy_r - dbeta/R - h_r dgamma/R)        t = 1/sqrt(variance + eps), h_r = (x_r - mean) t
std::vector<double> batch_norm_dx(const std::vector<double>& x, double gamma, double eps,
                                  const std::vector<double>& dy) {
  const double R = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double value : x) mean += value / R;
  for (const double value : x) variance += (value - mean) * (value - mean) / R;
  const double t = 1 / std::sqrt(variance + eps);
  double dbeta = 0, dgamma = 0;
  for (size_t r = 0; r < x.size(); ++r) {
    dbeta += dy[r];
    dgamma += dy[r] * (x[r] - mean) * t;
  }
  std::vector<double> dx;
  for (size_t r = 0; r < x.size(); ++r) {
    const double h = (x[r] - mean) * t;
    dx.push_back(gamma * t * (dy[r] - dbeta / R - h * dgamma / R));
  }
  return dx;
}
