// Resampling of 8-bit pixels.
#pragma once

#include <cstdint>
#include <vector>

namespace eca {

// The pixels (size,size,channels) in the middle of `pixels` (height,width,channels) scaled by `scale`. Output pixel (y,x) has
// its centre at
//   (height / 2 + (y + 0.5 - size / 2) / scale, width / 2 + (x + 0.5 - size / 2) / scale)
// of the input, which must lie inside it, and is the mean of the input under a triangle around this point, whose sides reach 1
// pixel, or 1 / scale where that is more: bilinear, without aliasing where it shrinks. Pixels beyond the border have no weight.
std::vector<uint8_t> resampled_middle(const std::vector<uint8_t>& pixels, int64_t height, int64_t width,
                                      int64_t channels, int64_t size, double scale);

}  // namespace eca
