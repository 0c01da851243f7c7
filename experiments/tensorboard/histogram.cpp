#include "experiments/tensorboard/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

Histogram histogram(const std::vector<double>& values, size_t buckets) {
  std::vector<double> finite;
  for (const double value : values) {
    if (std::isfinite(value)) finite.push_back(value);
  }
  Histogram h;
  if (finite.empty()) return h;
  const auto [least, most] = std::minmax_element(finite.begin(), finite.end());
  h.min = *least;
  h.max = *most;
  for (const double value : finite) {
    h.sum += value;
    h.sum_squares += value * value;
  }
  const double width = (h.max - h.min) / static_cast<double>(buckets);
  if (!(h.min + width > h.min)) buckets = 1;  // alike, or as near as numbers get
  h.counts.resize(buckets);
  for (size_t i = 1; i < buckets; ++i) h.limits.push_back(h.min + width * static_cast<double>(i));
  h.limits.push_back(std::nextafter(h.max, INFINITY));
  for (const double value : finite) {
    const auto bucket = std::upper_bound(h.limits.begin(), h.limits.end(), value) - h.limits.begin();
    ++h.counts[static_cast<size_t>(bucket)];
  }
  return h;
}

}  // namespace eca
