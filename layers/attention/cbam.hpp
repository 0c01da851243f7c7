#pragma once

#include "layers/attention/ops/spatial_gate.hpp"

namespace eca {

// x (N,H,W,C) -> y (N,C), the largest value of each channel.  Throws ShapeError.
Tensor global_max_pool(const Tensor& x);

struct CBAMOptions {
  int64_t r = 16;      // reduction of the channel half
  int64_t kernel = 7;  // of the spatial half
};

// Convolutional block attention: first the channels, u = x * sigmoid(MLP(mean x) + MLP(max x)), then the
// pixels, out = u * sigmoid(BN(conv([max_c u, mean_c u]))).  One MLP with max(1, C/r) hidden units serves
// both poolings. Throws Error if r < 1 or kernel is even.
class CBAM : public Module {
 public:
  explicit CBAM(int64_t channels, CBAMOptions options = {});
  Tensor forward(const Tensor& x) override;

 private:
  struct ChannelHalf;
  ChannelHalf& channels_;
  SpatialGate& pixels_;
};

}  // namespace eca
