#include "data/colour.hpp"

#include <algorithm>

namespace eca {

static constexpr double kEigenvalues[3] = {0.2175, 0.0188, 0.0045};
static constexpr double kEigenvectors[3][3] = {
    {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}};  // [channel][k]

static constexpr std::array<std::array<int, 3>, 6> kOrders = {
    {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

ColourChange draw_colour_change(double jitter, double lighting, Random& random) {
  ColourChange change;
  change.order = kOrders[static_cast<size_t>(random.uniform() * static_cast<double>(kOrders.size()))];
  for (double& factor : change.factors) factor = random.uniform(1 - jitter, 1 + jitter);
  for (size_t k = 0; k < 3; ++k) {
    const double amount = lighting * random.normal() * kEigenvalues[k];
    for (size_t c = 0; c < 3; ++c) change.shift[c] += amount * kEigenvectors[c][k];
  }
  return change;
}

static double grey_of(const real* pixel, int64_t C) {
  return C == 1 ? double{pixel[0]} : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

static double mean_grey(const real* values, int64_t pixels, int64_t C) {
  double sum = 0;
  for (int64_t p = 0; p < pixels; ++p) sum += grey_of(values + p * C, C);
  return sum / static_cast<double>(pixels);
}

// x = f x + (1 - f) * towards
static void blend(real* pixel, int64_t C, double f, double towards) {
  for (int64_t c = 0; c < C; ++c)
    pixel[c] = static_cast<real>(std::clamp(f * pixel[c] + (1 - f) * towards, 0.0, 1.0));
}

void apply_jitter(const ColourChange& change, real* values, int64_t pixels, int64_t C) {
  for (const int what : change.order) {
    const double f = change.factors[static_cast<size_t>(what)];
    const double mean = what == 1 ? mean_grey(values, pixels, C) : 0;
    for (int64_t p = 0; p < pixels; ++p) {
      real* pixel = values + p * C;
      blend(pixel, C, f, what == 2 ? grey_of(pixel, C) : mean);
    }
  }
}

void apply_lighting(const ColourChange& change, real* values, int64_t pixels) {
  for (int64_t p = 0; p < pixels; ++p) {
    for (int64_t c = 0; c < 3; ++c)
      values[3 * p + c] += static_cast<real>(change.shift[static_cast<size_t>(c)]);
  }
}

}  // namespace eca
