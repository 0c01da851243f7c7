// Outlines as masks, pixel for pixel as COCO's own tools make them.
#pragma once

#include <span>

#include "data/coco/rle.hpp"

namespace eca {

// xy: the corners x, y, x, y, ..., in pixels; the last is joined to the first. What lies outside the image is cut off; where
// the outline crosses itself, what it encloses twice is off. Throws Error where a side is not 1 to kMaxMaskSide, where there are
// fewer than three corners or half a one, and where a coordinate is not finite or beyond 2 kMaxMaskSide.
Rle polygon_mask(std::span<const double> xy, int64_t height, int64_t width);

}  // namespace eca
