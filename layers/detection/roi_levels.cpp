#include "layers/detection/roi_levels.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

int64_t RoiLevels::of(const CornerBox& box) const {
  const double size = std::sqrt(std::max(box.area(), 0.));
  const double level =
      std::floor(static_cast<double>(canonical_level) + std::log2(size / canonical_scale) + 1e-6);
  return static_cast<int64_t>(std::clamp(level, static_cast<double>(least), static_cast<double>(most)));
}

}  // namespace eca
