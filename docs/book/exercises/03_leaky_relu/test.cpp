#include "docs/book/exercises/03_leaky_relu/task.hpp"

#include "core/ops/elementwise.hpp"
#include "docs/book/exercises/check.hpp"

using namespace eca;

static Tensor noisy(int64_t n, int from) {
  Tensor x = Tensor::empty({n});
  for (int64_t i = 0; i < n; ++i) x.at({i}) = static_cast<real>(exercise::noise(from + static_cast<int>(i)));
  return x;
}

int main() {
  const real slope = real{0.125};
  Tensor x = noisy(20, 1);
  const Tensor dy = noisy(20, 100);
  x.set_requires_grad();
  {
    Tape tape;
    tape.backward(leaky_relu(x, slope), dy);
  }
  for (int64_t i = 0; i < 20; ++i) {
    const double factor = x.at({i}) > 0 ? 1 : 0.125;
    exercise::near("dx", static_cast<double>(x.grad().at({i})), factor * static_cast<double>(dy.at({i})));
  }

  // Two readers: the shares add up.
  x.clear_grad();
  {
    Tape tape;
    tape.backward(add(leaky_relu(x, slope), leaky_relu(x, real{0.5})), dy);
  }
  for (int64_t i = 0; i < 20; ++i) {
    const double factor = x.at({i}) > 0 ? 2 : 0.625;
    exercise::near("dx of two readers", static_cast<double>(x.grad().at({i})),
                   factor * static_cast<double>(dy.at({i})));
  }

  // Nobody wants dx.
  Tensor constant = noisy(3, 1), w = noisy(3, 50);
  w.set_requires_grad();
  Tape tape;
  tape.backward(mul(leaky_relu(constant, slope), w), noisy(3, 9));
  exercise::check(!constant.requires_grad(), "no gradient for a constant");
  return exercise::result();
}
