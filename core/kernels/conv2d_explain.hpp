// Which convolution serves a shape, in words.
#pragma once

#include <string>

#include "core/kernels/conv2d_paths.hpp"

namespace eca::kernels {

// The path of dx: that of the turned convolution, or im2col where there is none.
ConvPath conv2d_dx_path(const Conv2dShape& s);

// "direct"
const char* to_string(ConvPath path);
// Why this shape takes this path, in one line.
std::string conv2d_reason(const Conv2dShape& s, ConvPath path);

}  // namespace eca::kernels
