// Resampling of 8-bit pixels: bilinear, without aliasing where it shrinks. An output pixel is the mean of the input under a
// triangle around its centre, whose sides reach 1 pixel along an axis, or 1 / scale where that is more. Pixels beyond the border
// have no weight. Pillow's Image.resize(..., Image.BILINEAR) gives the same up to one level: it rounds between the two axes.
#pragma once

#include <cstdint>
#include <vector>

#include "data/images/image.hpp"

namespace eca {

// The pixels (height,width,channels) that the box of the image becomes, each axis scaled by itself; what lies beside the box has
// no weight. Output pixel (y,x) has its centre at
//   (top + (y + 0.5) * box.height / height, left + (x + 0.5) * box.width / width)
// of the image. The box must lie inside it.
std::vector<uint8_t> resampled_box(const PixelView& image, const PixelBox& box, int64_t height,
                                   int64_t width);

// The pixels (size,size,channels) in the middle of the image scaled by `scale`. Output pixel (y,x) has its centre at
//   (height / 2 + (y + 0.5 - size / 2) / scale, width / 2 + (x + 0.5 - size / 2) / scale)
// of the input, which must lie inside it.
std::vector<uint8_t> resampled_middle(const PixelView& image, int64_t size, double scale);

}  // namespace eca
