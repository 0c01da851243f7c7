#include "core/kernels/conv2d/conv2d_explain.hpp"

#include "core/kernels/common/simd.hpp"

namespace eca::kernels {

const char* to_string(ConvPath path) {
  switch (path) {
    case ConvPath::im2col:
      return "im2col";
    case ConvPath::direct:
      return "direct";
    case ConvPath::depthwise:
      return "depthwise";
    case ConvPath::winograd:
      return "winograd";
    case ConvPath::winograd_wide:
      return "winograd_wide";
  }
  return "unknown";
}

// What keeps a shape from the paths that are made for particular ones.
static std::string im2col_reason(const Conv2dShape& s) {
  const std::string lanes = " is no multiple of the " + std::to_string(kLanes) + " SIMD lanes";
  if (s.groups != 1) return std::to_string(s.groups) + " groups";
  if (s.O % kLanes != 0) return "O = " + std::to_string(s.O) + lanes;
  if (winograd_fits(s))
    return "image of " + std::to_string(s.OH()) + "x" + std::to_string(s.OW()) + " too small";
  return "not what Winograd needs (3x3, stride 1 or 2, I in whole vectors), too wide or too short in "
         "rows for direct";
}

std::string conv2d_reason(const Conv2dShape& s, ConvPath path) {
  switch (path) {
    case ConvPath::im2col:
      return im2col_reason(s) + "; a matrix product serves any shape";
    case ConvPath::direct:
      return "O = " + std::to_string(s.O) + ", few inputs: sums stay in registers, nothing is packed";
    case ConvPath::depthwise:
      return "a channel by itself leaves nothing to a matrix product: plain sums, channels as SIMD lanes";
    case ConvPath::winograd:
      return std::string("3x3, channels in whole SIMD vectors: ") +
             (s.stride == 1 ? "F(4x4,3x3) needs a quarter" : "with stride 2 F(4x4) needs nine sixteenths") +
             " of the multiplications";
    case ConvPath::winograd_wide:
      return "as winograd, but " + std::to_string(s.I) + " x " + std::to_string(s.O) +
             " transformed weights are too many to read again for each block of tiles";
  }
  return "unknown";
}

}  // namespace eca::kernels
