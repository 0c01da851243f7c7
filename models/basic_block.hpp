// The residual block of two 3x3 convolutions, shared by the CIFAR ResNets and ResNet-18/34:
//   y = relu( attention(bn2(conv2(relu(bn1(conv1(x)))))) + shortcut(x) )
// Source: He et al., arXiv 1512.03385v1, figure 5; attention as in ECA-Net, arXiv 1910.03151v4.
#pragma once

#include "models/residual_block.hpp"

namespace eca {

class BasicBlock : public ResidualBlock {
 public:
  static constexpr int64_t kExpansion = 1;

  // x (N,H,W,in) -> y (N,H/stride,W/stride,width)
  explicit BasicBlock(const ResidualBlockConfig& config);

 private:
  Tensor plain(const Tensor& x) override;
  Tensor fused(const Tensor& x) override;

  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d& conv2_;
  BatchNorm2d& bn2_;
};

}  // namespace eca
