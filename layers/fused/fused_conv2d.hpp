#pragma once

#include "layers/conv2d.hpp"
#include "layers/fused/unstored_relu.hpp"
#include "layers/image_moments.hpp"

namespace eca {

// conv(x), and the moments of the result, taken while it is written.  x (N,H,W,I).  Throws ShapeError as conv2d.
Tensor fused_conv2d(const Conv2d& conv, const Tensor& x, ImageMoments& moments);

// conv(x.y), worked out from x.x while it is read. Throws Error for shapes of which reads_unstored does not hold.
Tensor fused_conv2d(const Conv2d& conv, const UnstoredRelu& x, ImageMoments& moments);

// Whether conv can read an UnstoredRelu of the shape of x (N,H,W,I). The fast kernels do where they take Winograd's way.
bool reads_unstored(const Conv2d& conv, const Tensor& x);

}  // namespace eca
