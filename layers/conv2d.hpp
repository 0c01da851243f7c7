#pragma once

#include "core/autograd/tape.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "layers/fused/image_moments.hpp"
#include "layers/fused/unstored_relu.hpp"
#include "layers/module.hpp"

namespace eca {

struct Conv2dOptions {
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t dilation = 1;
  int64_t groups = 1;
};

// y (N,OH,OW,O) = x (N,H,W,I) * w (KH,KW,I/groups,O) + b (O), zero padding; b may be undefined.
// OH = (H + 2 padding - dilation (KH-1) - 1) / stride + 1, rounded down; OW likewise.
// Throws ShapeError: ranks, channels, groups that do not divide, options below their minimum, kernel larger
// than the padded image.
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, Conv2dOptions options = {});

// The same of x.y, for shapes of which kernels::conv2d_takes_scale holds; and with the moments of y if `moments` is not null.
Tensor conv2d(const UnstoredRelu& x, const Tensor& w, const Tensor& b, Conv2dOptions options = {},
              ImageMoments* moments = nullptr);

// The sizes of a convolution on the tape; null if the node is another op.
const kernels::Conv2dShape* conv2d_shape(const Node& node);

// The same, with the moments of y, taken while it is written.
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, Conv2dOptions options,
              ImageMoments& moments);

struct Conv2dConfig {
  int64_t in, out;  // channels
  int64_t kernel;   // square
  Conv2dOptions options;
  bool bias = false;
};

// What may be folded into a convolution that is not trained: y = relu(scale * conv(x) + offset + plus).
struct ConvInference {
  Tensor scale, offset;  // (O)
  Tensor plus;           // (N,OH,OW,O), or undefined
  bool relu;
};

// Owns weight, drawn from normal(0, sqrt(2 / (kernel^2 * out))) as in the official code of ECA-Net, and bias
// (zero).
class Conv2d : public Module {
 public:
  explicit Conv2d(const Conv2dConfig& config);
  Tensor forward(const Tensor& x) override;
  // The same, with the moments of y.
  Tensor with_moments(const Tensor& x, ImageMoments& moments);
  Tensor with_moments(const UnstoredRelu& x, ImageMoments& moments);
  // Whether it can read x of this shape (N,H,W,C) as an UnstoredRelu.
  bool takes_unstored(const Tensor& x) const;
  // One pass over memory, not recorded on any tape. Takes a convolution without bias. Throws ShapeError as conv2d.
  Tensor inference(const Tensor& x, const ConvInference& folded) const;

 private:
  Tensor scaled_weight(const Tensor& scale) const;

  Conv2dOptions options_;
  Tensor weight_, bias_;
};

}  // namespace eca
