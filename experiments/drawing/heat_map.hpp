// Maps as pictures.
#pragma once

#include <vector>

#include "experiments/drawing/picture.hpp"

namespace eca {

// Values (height,width), 0 to `most`, over a grey copy of the image of the same extents: the larger the value, the more of the
// image is covered by its colour. Where `most` is 0, there is the grey image.
Picture heat_over(const Picture& image, const std::vector<double>& values, double most);

// Values (height,width) by themselves, 0 to `most` in heat_colour or -most to most in signed_colour.
Picture heat_picture(const std::vector<double>& values, int64_t width, int64_t height, double most);
Picture signed_picture(const std::vector<double>& values, int64_t width, int64_t height, double most);

// The colours from 0 to the largest value, from left to right.
Picture heat_scale(int64_t width, int64_t height);

}  // namespace eca
