// The residual block of three convolutions, of ResNet-50, -101 and -152:
//   y = relu( attention(bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(x)))))))) + shortcut(x) )
//   conv1 1x1 in -> width      conv2 3x3 width -> width      conv3 1x1 width -> 4 width
// Source: He et al., arXiv 1512.03385v1, figure 5 and table 1; attention as in ECA-Net, arXiv 1910.03151v4.
// Deviates: the stride is on the 3x3 convolution, as in PyTorch and the official code of ECA-Net; He et al. have it on
// the first 1x1.
#pragma once

#include "models/residual_block.hpp"

namespace eca {

class Bottleneck : public ResidualBlock {
 public:
  static constexpr int64_t kExpansion = 4;

  // x (N,H,W,in) -> y (N,H/stride,W/stride,4 width)
  explicit Bottleneck(const ResidualBlockConfig& config);

 private:
  Tensor plain(const Tensor& x) override;
  Tensor fused(const Tensor& x) override;

  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d& conv2_;
  BatchNorm2d& bn2_;
  Conv2d& conv3_;
  BatchNorm2d& bn3_;
};

}  // namespace eca
