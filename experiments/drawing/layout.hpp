// Pictures made of pictures.
#pragma once

#include <string>
#include <vector>

#include "experiments/drawing/picture.hpp"

namespace eca {

// One below the other, at the left. Throws Error if there is none, as does the next.
Picture stacked(const std::vector<Picture>& pictures, int64_t gap);
// In rows of `columns`, each cell as large as the largest picture, which lies at its upper left.
Picture tiled(const std::vector<Picture>& pictures, int64_t columns, int64_t gap);
Picture with_margin(const Picture& picture, int64_t margin);

// A line of text by itself, as wide as `width` at most.
Picture text_picture(const std::string& text, int64_t width, Colour colour = kInk, int64_t size = 2);

}  // namespace eca
