// What is said of an array of many values.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/real.hpp"

namespace eca {

// min, max and norm = sqrt(sum_i v[i]^2) are those of the finite values; 0 where there are none.
struct ValueRange {
  double min = 0, max = 0, norm = 0;
  int64_t not_finite = 0;  // how many values are NaN or infinite
};

ValueRange range_of(std::span<const real> values);

}  // namespace eca
