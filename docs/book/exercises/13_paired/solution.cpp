#include "docs/book/exercises/13_paired/task.hpp"

#include <cmath>

static Interval interval(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, student_t(static_cast<int>(values.size())) * std::sqrt(squares / (n - 1) / n)};
}

Interval difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  for (size_t i = 0; i < a.size(); ++i) differences.push_back(b[i] - a[i]);
  return interval(differences);
}
