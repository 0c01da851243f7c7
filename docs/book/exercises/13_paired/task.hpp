// Exercise 13. What a few seeds tell. Two arms were trained with the same seeds; a[i] and b[i] are
// their accuracies with seed i. Return mean and half width of the 95 % interval of the difference b -
// a,
//   half width = t sd / sqrt(n)        sd with n - 1 in the denominator, t from the table below,
// taken of the differences seed by seed, and not of the two arms apart: what the arms owe to the seed
// cancels.
#pragma once

#include <vector>

struct Interval {
  double mean, half_width;
};

// The 97.5 % point of Student's t with n - 1 degrees of freedom, n = 2 .. 10.
inline double student_t(int n) {
  const double table[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262};
  return table[n - 2];
}

Interval difference(const std::vector<double>& a, const std::vector<double>& b);
