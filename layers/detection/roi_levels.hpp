// Which map of an FPN a region is taken from: larger ones from smaller maps.
#pragma once

#include <cstdint>

#include "layers/detection/corner_box.hpp"

namespace eca {

//   level = floor(canonical_level + log2(sqrt(area) / canonical_scale) + 1e-6), kept from least to most
// The map of level k has a pixel for every 2^k of the image.
// Source: FPN, arXiv 1612.03144v2, eq. 1; torchvision LevelMapper (ops/poolers.py), of which are the defaults and the 1e-6. MMDetection
//         writes the same as finest_scale = 56, the size from which on level 3 is taken, over 2. On images of 128 pixels all regions
//         are of level 2 by a scale of 224.
struct RoiLevels {
  int64_t least = 2, most = 5;
  double canonical_scale = 224;
  int64_t canonical_level = 4;

  int64_t of(const CornerBox& box) const;
};

}  // namespace eca
