// How often values fall where.
#pragma once

#include <cstddef>
#include <vector>

namespace eca {

// TensorFlow's HistogramProto. counts[i] values lie below limits[i], and not below limits[i-1].
struct Histogram {
  double min = 0, max = 0, sum = 0, sum_squares = 0;
  std::vector<double> limits, counts;
};

// In `buckets` of one width from the least value to the largest; values that are all alike are in one. NaN and infinities are
// left out; of no values there are no counts.
Histogram histogram(const std::vector<double>& values, size_t buckets = 30);

}  // namespace eca
