#include "docs/book/exercises/13_paired/task.hpp"

#include "docs/book/exercises/check.hpp"

int main() {
  // Seeds differ by points, the arms by half a point.
  const Interval clear = difference({70.0, 73.0, 76.0}, {70.4, 73.6, 76.5});
  exercise::near("mean", clear.mean, 0.5);
  exercise::near("half width of 0.4, 0.6, 0.5", clear.half_width, 4.303 * 0.1 / std::sqrt(3.0), 1e-9);
  exercise::check(clear.mean - clear.half_width > 0, "the arms are told apart");

  const Interval unclear = difference({70.0, 73.0, 76.0}, {71.0, 72.5, 77.0});
  exercise::near("mean", unclear.mean, 0.5);
  exercise::check(unclear.mean - unclear.half_width < 0, "differences of 1, -0.5 and 1 tell nothing");

  const Interval five = difference({1, 2, 3, 4, 5}, {3, 3, 6, 4, 9});
  exercise::near("mean of five", five.mean, 2);
  exercise::near("half width of five", five.half_width, 2.776 * std::sqrt(2.5 / 5), 1e-9);
  return exercise::result();
}
