#pragma once

#include "core/autograd/tape.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "layers/module.hpp"

namespace eca {

struct Conv2dOptions {
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t dilation = 1;
  int64_t groups = 1;
};

// y (N,OH,OW,O) = x (N,H,W,I) * w (KH,KW,I/groups,O) + b (O), zero padding; b may be undefined.
//   OH = (H + 2 padding - dilation (KH-1) - 1) / stride + 1, rounded down      OW likewise
// Throws ShapeError: ranks, channels, groups that do not divide, options below their minimum, kernel larger than the
// padded image.
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, Conv2dOptions options = {});

// The sizes of that convolution; reads no value of x. Throws what it throws.
kernels::Conv2dShape checked_conv2d_shape(const Tensor& x, const Tensor& w, const Tensor& b,
                                          const Conv2dOptions& options);

// A convolution on the tape, plain or fused.
struct Conv2dNode : Node {
  kernels::Conv2dShape s;
  Conv2dNode(std::initializer_list<Tensor> inputs, const kernels::Conv2dShape& s_in)
      : Node(inputs), s(s_in) {}
};

struct Conv2dConfig {
  int64_t in, out;  // channels
  int64_t kernel;   // square
  Conv2dOptions options;
  bool bias = false;
};

// Owns weight (KH,KW,I/groups,O), drawn from normal(0, sqrt(2 / (kernel^2 * out))) as in the official code of ECA-Net,
// and bias (O), which starts at zero.
class Conv2d : public Module {
 public:
  explicit Conv2d(const Conv2dConfig& config);
  Tensor forward(const Tensor& x) override;

  const Tensor& weight() const { return weight_; }
  const Tensor& bias() const { return bias_; }  // undefined if it has none
  const Conv2dOptions& options() const { return options_; }

 private:
  Conv2dOptions options_;
  Tensor weight_, bias_;
};

}  // namespace eca
