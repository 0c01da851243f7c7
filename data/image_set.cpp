#include "data/image_set.hpp"

#include <cmath>

#include "core/base/error.hpp"

namespace eca {

std::vector<int64_t> images_per_class(const ImageSet& set) {
  std::vector<int64_t> counts(set.classes.size());
  for (const int32_t label : set.labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

Normalisation compute_normalisation(const ImageSet& set) {
  if (set.size() == 0) throw Error("normalisation: " + set.name + " holds no images");
  const auto C = static_cast<size_t>(set.channels);
  const double count = static_cast<double>(set.pixels.size() / C);

  // Integer sums are exact: 64 bits hold the squares of 2.8e14 pixels.
  std::vector<uint64_t> sum(C), sum_of_squares(C);
  for (size_t i = 0; i < set.pixels.size(); ++i) {
    const uint64_t x = set.pixels[i];
    sum[i % C] += x;
    sum_of_squares[i % C] += x * x;
  }

  Normalisation result;
  for (size_t c = 0; c < C; ++c) {
    const double mean = static_cast<double>(sum[c]) / count;
    const double variance = static_cast<double>(sum_of_squares[c]) / count - mean * mean;
    result.mean.push_back(mean / 255);
    result.std.push_back(variance > 0 ? std::sqrt(variance) / 255 : 1);
  }
  return result;
}

}  // namespace eca
