// The variance of 4096 floats with standard deviation 1 around a mean m, by the mean of squares less
// the square of the mean, and by the library's joined moments. Prints m, and the relative error of
// each.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/base/random.hpp"
#include "core/kernels/batch_norm/moments.hpp"

using eca::real;

int main() {
  const int64_t N = 64, HW = 64;
  for (double m = 1; m < 3e5; m *= 1.5) {
    eca::Random random(1, eca::Purpose::test);
    std::vector<real> x(N * HW);
    double mean = 0, exact = 0;
    for (real& value : x)
      mean += static_cast<double>(value = static_cast<real>(m + random.normal())) / (N * HW);
    for (const real value : x) exact += std::pow(static_cast<double>(value) - mean, 2) / (N * HW);

    real sum = 0, squares = 0;
    for (const real value : x) {
      sum += value;
      squares += value * value;
    }
    const real one_pass = squares / (N * HW) - sum / (N * HW) * (sum / (N * HW));

    real joined_mean = 0, joined = 0;
    std::vector<real> image_mean(N), image_squares(N);
    eca::kernels::image_moments_fast(image_mean.data(), image_squares.data(), x.data(), N, HW, 1);
    eca::kernels::join_moments(&joined_mean, &joined, image_mean.data(), image_squares.data(), N, HW, 1);
    const auto error = [exact](real variance) {
      return std::max(1e-8, std::abs(static_cast<double>(variance) - exact) / exact);
    };
    std::printf("%g %g %g\n", m, error(one_pass), error(joined));
  }
}
