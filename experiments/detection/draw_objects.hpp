// Boxes, masks and names on an image.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/detection/detection_set.hpp"
#include "experiments/drawing/picture.hpp"

namespace eca {

struct DrawnObject {
  Box box;            // in pixels of the image
  std::string text;   // on a tag at the box; none where it is empty
  int32_t label = 0;  // decides the colour
  bool dashed = false;
  std::optional<Rle> mask = {};  // of the image's extents
};

// With the class's name, "crowd of ..." and dashed where it is one.
DrawnObject drawn(const DetectionObject& object, const std::vector<std::string>& classes);
// With the class's name and the score.
DrawnObject drawn(const CocoDetection& detection, const std::vector<std::string>& classes);
// "Sneaker 0.93"
std::string text_with_score(const std::string& name, double score);

// The image fitted into a square of `side` pixels, see fitted(), with each object in the colour of its class: the mask as a veil over
// its pixels, the box as a line of two pixels, the text on a tag. Later ones lie over earlier ones.
Picture draw_objects(const Image& image, const std::vector<DrawnObject>& objects, int64_t side);

// Of that class; they come again after a dozen.
Colour class_colour(int32_t label);

}  // namespace eca
