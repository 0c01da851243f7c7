#include "docs/book/exercises/05_batch_norm_dx/task.hpp"

#include "docs/book/exercises/check.hpp"

std::vector<double> batch_norm(const std::vector<double>& x, double gamma, double beta, double eps) {
  const double R = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double value : x) mean += value / R;
  for (const double value : x) variance += (value - mean) * (value - mean) / R;
  std::vector<double> y;
  for (const double value : x) y.push_back(gamma * (value - mean) / std::sqrt(variance + eps) + beta);
  return y;
}

int main() {
  const double gamma = 1.7, eps = 1e-5, h = 1e-5;
  std::vector<double> x, dy;
  for (int r = 0; r < 9; ++r) {
    x.push_back(3 + 2 * exercise::noise(r));
    dy.push_back(exercise::noise(50 + r));
  }
  const auto loss = [&](const std::vector<double>& at) {
    const std::vector<double> y = batch_norm(at, gamma, 0.4, eps);
    double sum = 0;
    for (size_t r = 0; r < y.size(); ++r) sum += dy[r] * y[r];
    return sum;
  };
  const std::vector<double> dx = batch_norm_dx(x, gamma, eps, dy);
  exercise::check(dx.size() == x.size(), "as many values as x has");
  if (dx.size() != x.size()) return exercise::result();
  double sum = 0;
  for (size_t r = 0; r < x.size(); ++r) {
    std::vector<double> above = x, below = x;
    above[r] += h;
    below[r] -= h;
    exercise::near("dx", dx[r], (loss(above) - loss(below)) / (2 * h), 1e-6);
    sum += dx[r];
  }
  exercise::near("the sum of dx", sum, 0, 1e-9);
  return exercise::result();
}
