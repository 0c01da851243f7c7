#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/random.hpp"

namespace eca {

// Fisher-Yates: each of the N! orders is equally likely.
inline void shuffle(std::vector<int64_t>& values, Random& random) {
  for (size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[random.below(left)]);
}

}  // namespace eca
