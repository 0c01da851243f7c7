// Which convolution serves a shape, in words.
#pragma once

#include <string>

#include "core/kernels/conv2d/conv2d_paths.hpp"

namespace eca::kernels {

// "direct"
const char* to_string(ConvPath path);
// Why this shape takes this path, in one line.
std::string conv2d_reason(const Conv2dShape& s, ConvPath path);

}  // namespace eca::kernels
