// The residual block of two 3x3 convolutions, shared by the CIFAR ResNets and ResNet-18/34:
//   y = relu( attention(bn2(conv2(relu(bn1(conv1(x)))))) + shortcut(x) )
// Source: He et al., arXiv 1512.03385v1, figure 5.
#pragma once

#include "models/residual_block.hpp"

namespace eca {

class BasicBlock : public ResidualBlock {
 public:
  static constexpr int64_t kExpansion = 1;

  explicit BasicBlock(const ResidualBlockConfig& config);
  Tensor forward(const Tensor& x) override;  // (N,H,W,in) -> (N,H/stride,W/stride,width)

 private:
  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d& conv2_;
  BatchNorm2d& bn2_;
};

}  // namespace eca
