// Procedural images that need no file: ten shapes and textures in random colours, places, sizes and light,
// with noise. Easy for a small convolutional network, out of reach for a linear one, and always the same.
#pragma once

#include <cstdint>

#include "data/image_set.hpp"

namespace eca {

struct SyntheticOptions {
  int64_t train = 2000, test = 500;  // images
  int64_t size = 32;                 // height and width
  int64_t classes = 10;              // the first so many of the ten
};

// The masks of the test images are known: the drawn shape. A texture, stripes or checkers, has no object.
// Labels go round: image i has label i % classes. Image i of a split is a pure function of (split, i, size,
// classes), so a larger set begins with the smaller one. Throws Error if an option is out of range.
Dataset make_synthetic(const SyntheticOptions& options = {});

}  // namespace eca
