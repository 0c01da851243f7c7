// The part of an image that is cropped out to be resized, at random: Inception's augmentation, as torchvision's RandomResizedCrop
// draws it.
//   area = share * H * W, share uniform in [smallest,1];   ratio = width / height, log(ratio) uniform in [log 3/4, log 4/3]
// Ten tries, of which the first that fits counts; where none fits, the middle of the image as far as the ratios allow.
// Source: Szegedy et al., arXiv 1409.4842v1, section 6.
#pragma once

#include "core/base/random.hpp"
#include "data/images/image.hpp"

namespace eca {

// Inside an image of H x W pixels, at least one pixel large. 0 < smallest <= 1. The position is uniform over those that fit.
PixelBox draw_resized_crop(int64_t H, int64_t W, double smallest, Random& random);

}  // namespace eca
