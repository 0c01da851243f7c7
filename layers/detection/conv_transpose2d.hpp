#pragma once

#include "core/autograd/tape.hpp"
#include "layers/module.hpp"

namespace eca {

struct ConvTranspose2dOptions {
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t output_padding = 0;  // rows and columns more below and at the right; less than stride
};

// The transpose of a convolution: what that adds up, this spreads out. x (N,H,W,I), w (KH,KW,O,I), b (O) or undefined -> y (N,OH,OW,O)
//   OH = (H - 1) stride - 2 padding + KH + output_padding      OW likewise
// Throws ShapeError: ranks, channels, options below their minimum, an output without pixels.
Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b,
                        ConvTranspose2dOptions options = {});

struct ConvTranspose2dConfig {
  int64_t in, out;  // channels
  int64_t kernel;   // square
  ConvTranspose2dOptions options;
};

// Owns weight (KH,KW,O,I), in files (I,O,KH,KW) as in PyTorch, drawn from normal(0, sqrt(2 / (kernel^2 * in))), as torchvision's mask
// head draws its own (mask_rcnn.py: kaiming_normal_, whose fan_out is kernel^2 * in here), and bias (O), which starts at zero.
class ConvTranspose2d : public Module {
 public:
  explicit ConvTranspose2d(const ConvTranspose2dConfig& config);
  Tensor forward(const Tensor& x) override;

 private:
  ConvTranspose2dOptions options_;
  Tensor weight_, bias_;
};

}  // namespace eca
