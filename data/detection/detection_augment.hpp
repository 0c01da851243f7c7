// Random mirroring and resizing of training images with their objects.
#pragma once

#include <string>

#include "core/base/random.hpp"
#include "data/detection/placement.hpp"

namespace eca {

struct DetectionAugment {
  bool flip = false;  // left-right, every second image on average
  // Images are resized by a factor from `scale` to 1 / scale, evenly in its logarithm, on top of what fits them to the canvas; the
  // canvas shows a random part of what is too large, and has what is too small in a random place. 1: not.
  //   Ghiasi et al., arXiv 2012.07177v2, section 3, "large scale jittering", have 0.1 to 2.
  double scale = 1;
};

// "none", or terms joined by +: flip, scale (0.5) or scale:FACTOR. Throws Error.
DetectionAugment parse_detection_augment(const std::string& text);
// The text that parses to these options: "flip+scale:0.7".
std::string to_string(const DetectionAugment& augment);

// `random` is the stream of this image, (seed, Purpose::augment, epoch, index). Every decision draws its numbers whether it is
// enabled or not, so that switching one off does not change others.
Placement draw_placement(int64_t image_height, int64_t image_width, const CanvasSize& canvas,
                         const DetectionAugment& augment, Random random);

}  // namespace eca
