#include "docs/book/exercises/13_paired/task.hpp"

#include <cmath>

static Interval interval(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, student_t(static_cast<int>(values.size())) * std::sqrt(squares / (n - 1) / n)};
}

// As if the arms had nothing in common: much too wide.
Interval difference(const std::vector<double>& a, const std::vector<double>& b) {
  const Interval of_a = interval(a), of_b = interval(b);
  return {of_b.mean - of_a.mean, std::hypot(of_a.half_width, of_b.half_width)};
}
