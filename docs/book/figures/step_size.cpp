// How well a central difference finds a derivative, by its step h: that of exp(sin(x)) at x = 1, in
// float and in double. Prints h, and the relative error in each.
#include <cmath>
#include <cstdio>

template <class Number>
static double error(double h) {
  const auto f = [](Number x) { return std::exp(std::sin(x)); };
  const Number x = 1, step = static_cast<Number>(h);
  const double found = static_cast<double>((f(x + step) - f(x - step)) / (2 * step));
  const double exact = std::exp(std::sin(1.0)) * std::cos(1.0);
  return std::abs(found - exact) / exact;
}

int main() {
  for (double h = 1; h > 1e-13; h /= 1.33) {
    std::printf("%g %g %g\n", h, h > 1e-7 ? error<float>(h) : NAN, error<double>(h));
  }
}
