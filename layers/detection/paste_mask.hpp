// From what a mask head puts out for a box, M x M numbers, to the pixels of the image.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "layers/detection/corner_box.hpp"

namespace eca {

// The mask (M,M) laid over the box, in an image of height x width: (height,width), 0 outside. In four steps:
//   a rim of zeros, one number wide, around the mask, and 1/M of the box's side more of box for it at each side;
//   the corners of that box cut down to whole pixels, towards 0;
//   the mask resized to x2 - x1 + 1 by y2 - y1 + 1 pixels, each at least 1, bilinear between the middles of pixels;
//   the pixels of it that lie in the image.
// What is a pixel of the object: above 0.5 in torchvision's references, from 0.5 on in MMDetection (mask_thr_binary).
// Source: torchvision paste_masks_in_image (models/detection/roi_heads.py), padding 1.
// Throws Error unless M >= 1 and there are M*M numbers, the image has a pixel and no corner of the box is more than 2^20 pixels away.
std::vector<float> paste_mask(std::span<const float> mask, int64_t M, const CornerBox& box, int64_t height,
                              int64_t width);

}  // namespace eca
