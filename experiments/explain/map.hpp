// A map over an image: one number a place. It is what a class activation method gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace eca {

struct Map {
  int64_t height = 0, width = 0;
  std::vector<double> values;  // (height,width)

  double at(int64_t h, int64_t w) const { return values[static_cast<size_t>(h * width + w)]; }
};

// The map at another size, bilinear: the centres of pixels lie at (i + 0.5) / extent of both, and values beyond the border are
// those of the border. PyTorch's F.interpolate(mode="bilinear", align_corners=False) gives the same.
Map upsampled(const Map& map, int64_t height, int64_t width);

// The largest value, or 0 where none is above it.
double largest_above_zero(const Map& map);

}  // namespace eca
