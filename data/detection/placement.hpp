// Where an image lies on the canvas that a network looks at, and what becomes of the objects on it.
#pragma once

#include <cstdint>
#include <vector>

#include "data/detection/detection_set.hpp"

namespace eca {

struct CanvasSize {
  int64_t height = 0, width = 0;
};

// An image of image_height x image_width pixels, resized to height x width, mirrored or not, whose upper left corner then lies in
// row `top` and column `left` of the canvas. It may reach beyond the canvas, which cuts it off, and the canvas beyond it.
//   x on the canvas = left + x * width / image_width, and mirrored left + width - x * width / image_width
struct Placement {
  int64_t image_height = 0, image_width = 0;
  int64_t height = 0, width = 0;
  int64_t top = 0, left = 0;
  bool mirrored = false;

  // Where a box of the image lies, also beside the canvas.
  Box to_canvas(const Box& box) const;
  // The way back; the part inside the image.
  Box to_image(const Box& box) const;

  friend bool operator==(const Placement&, const Placement&) = default;
};

// As large as the canvas takes all of it, at its upper left corner.
Placement fitted_placement(int64_t image_height, int64_t image_width, const CanvasSize& canvas);

// The canvas with the image on it, black beside it, and its objects. The image is resampled as data/images/resample.hpp does, masks
// take the nearest pixel, boxes are cut off by the canvas. The box of a mask that is cut goes round what is left. An object is
// dropped where less than kLeastKept of its box is left, where its box is narrower or lower than a pixel, and where no pixel of
// its mask is left.
DetectionExample placed(const DetectionExample& example, const Placement& placement,
                        const CanvasSize& canvas);

inline constexpr double kLeastKept = 0.1;

}  // namespace eca
