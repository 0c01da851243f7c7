#include "docs/book/exercises/04_gradient_check/task.hpp"

#include <algorithm>
#include <cmath>

static double loss(Op op, const Vector& x, const Vector& dy) {
  const Vector y = op(x);
  double sum = 0;
  for (size_t j = 0; j < y.size(); ++j) sum += dy[j] * y[j];
  return sum;
}

// dy as if drawn by lot: the gradient of a softmax or of a normalisation under dy = 1 is zero, whatever
// backward does.
double gradient_error(Op op, Backward backward, const Vector& x) {
  Vector dy(op(x).size());
  for (size_t j = 0; j < dy.size(); ++j) dy[j] = std::cos(5.0 * static_cast<double>(j) + 1);
  const Vector dx = backward(x, dy);
  const double h = 1e-5;  // error h^2 from the curvature, 1e-16 / h from rounding: about 1e-10 each
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    Vector above = x, below = x;
    above[i] += h;
    below[i] -= h;
    const double expected = (loss(op, above, dy) - loss(op, below, dy)) / (2 * h);
    worst = std::max(worst, std::abs(expected - dx[i]));
  }
  return worst;
}
