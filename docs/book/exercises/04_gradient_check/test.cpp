#include "docs/book/exercises/04_gradient_check/task.hpp"

#include "docs/book/exercises/check.hpp"

static Vector softmax(const Vector& x) {
  Vector y;
  double sum = 0;
  for (const double value : x) sum += std::exp(value);
  for (const double value : x) y.push_back(std::exp(value) / sum);
  return y;
}

//   dx_i = y_i (dy_i - sum_j dy_j y_j)
static Vector right(const Vector& x, const Vector& dy) {
  const Vector y = softmax(x);
  double dot = 0;
  for (size_t j = 0; j < y.size(); ++j) dot += dy[j] * y[j];
  Vector dx;
  for (size_t i = 0; i < y.size(); ++i) dx.push_back(y[i] * (dy[i] - dot));
  return dx;
}
static Vector nothing(const Vector& x, const Vector&) { return Vector(x.size(), 0.0); }
static Vector turned(const Vector& x, const Vector& dy) {
  Vector dx = right(x, dy);
  for (double& value : dx) value = -value;
  return dx;
}
static Vector last_forgotten(const Vector& x, const Vector& dy) {
  Vector dx = right(x, dy);
  dx.back() = 0;
  return dx;
}
// Its sum is zero, as it must be, and with dy = 1 it is zero: only the weights are wrong.
static Vector mixed_up(const Vector& x, const Vector& dy) {
  Vector reversed(dy.rbegin(), dy.rend());
  return right(x, reversed);
}

int main() {
  Vector x;
  for (int i = 0; i < 6; ++i) x.push_back(2 * exercise::noise(i));
  exercise::check(gradient_error(softmax, right, x) < 1e-8, "the right backward passes, with eight digits");
  exercise::check(gradient_error(softmax, nothing, x) > 1e-3, "a backward that returns zeros is found");
  exercise::check(gradient_error(softmax, turned, x) > 1e-3, "a sign that is turned is found");
  exercise::check(gradient_error(softmax, last_forgotten, x) > 1e-3, "one element that is missing is found");
  exercise::check(gradient_error(softmax, mixed_up, x) > 1e-3, "a mix-up of elements is found");
  return exercise::result();
}
