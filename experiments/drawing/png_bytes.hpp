#pragma once

#include <string>

#include "experiments/drawing/picture.hpp"

namespace eca {

// The picture as a PNG file, by libpng. Throws Error if libpng fails.
std::string png_bytes(const Picture& picture);

}  // namespace eca
