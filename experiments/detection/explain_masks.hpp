// From the pixels of a mask to the numbers that a mask head learns, and back.
#pragma once

#include <cstdint>
#include <vector>

#include "data/detection/detection_set.hpp"
#include "experiments/drawing/picture.hpp"
#include "layers/detection/corner_box.hpp"

namespace eca {

// A mask of an image, (H,W), 0 or 1, in the box: (M,M), the numbers from 0 to 1 that a mask head is trained on.
std::vector<float> mask_numbers(const std::vector<uint8_t>& mask, int64_t height, int64_t width,
                                const CornerBox& box, int64_t M);

// How two masks of an image lie on each other.
struct MaskAgreement {
  int64_t both = 0, only_first = 0, only_second = 0;  // pixels
  double iou() const;                                 // 0 where neither has a pixel
};
// `second` counts where it is above 0.5.
MaskAgreement agreement(const std::vector<uint8_t>& first, const std::vector<float>& second);

// The part of an image that shows a box, with some room around it.
PixelBox shown_around(const CornerBox& box, int64_t height, int64_t width);

// M x M numbers over a box: mask_numbers(), or those that a network found.
struct BoxMask {
  CornerBox box;
  int64_t M;
  std::vector<float> numbers;
};
// The mask of an object, which has one, on the image; M x M numbers; these laid over their box; and the pixels that are then above
// 0.5, beside those of the mask.
Picture masks_picture(const Image& image, const DetectionObject& object, const BoxMask& found);

}  // namespace eca
