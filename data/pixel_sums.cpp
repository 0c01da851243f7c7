#include "data/pixel_sums.hpp"

#include <cmath>

namespace eca {

void PixelSums::add(const PixelView& view) {
  const auto C = static_cast<size_t>(view.channels), here = static_cast<size_t>(view.height * view.width);
  for (size_t p = 0; p < here; ++p) {
    for (size_t c = 0; c < C; ++c) {
      const uint64_t x = view.pixels[p * C + c];
      sum[c] += x;
      squares[c] += x * x;
    }
  }
  pixels += here;
}

void PixelSums::add(const PixelSums& other) {
  pixels += other.pixels;
  for (size_t c = 0; c < sum.size(); ++c) {
    sum[c] += other.sum[c];
    squares[c] += other.squares[c];
  }
}

// The difference of mean square and squared mean is 0 for equal pixels, as both are exact, and rounded by up to 1e-11 for others.
static constexpr double kLeastVariance =
    1e-9;  // of pixels in 0..255: one of 1e9 is a level brighter than the others

Normalisation normalisation_of(const PixelSums& sums, int64_t channels) {
  const auto count = static_cast<double>(sums.pixels);
  Normalisation result;
  for (size_t c = 0; c < static_cast<size_t>(channels); ++c) {
    const double mean = static_cast<double>(sums.sum[c]) / count;
    const double variance = static_cast<double>(sums.squares[c]) / count - mean * mean;
    result.mean.push_back(mean / 255);
    result.std.push_back(variance > kLeastVariance ? std::sqrt(variance) / 255 : 1);
  }
  return result;
}

}  // namespace eca
