#include "docs/book/exercises/02_forward_mode/task.hpp"

#include <cmath>

Dual operator+(Dual a, Dual b) { return {a.x + b.x, 0}; }
Dual operator*(Dual a, Dual b) { return {a.x * b.x, 0}; }
Dual sin(Dual a) { return {std::sin(a.x), 0}; }

std::vector<double> gradient(Function, const std::vector<double>& x) {
  return std::vector<double>(x.size(), 0.0);  // f is to be called with dx = 1 for one input, 0 for the others
}
