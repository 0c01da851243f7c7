// The residual block of three convolutions, of ResNet-50, -101 and -152:
//   y = relu( attention(bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(x)))))))) + shortcut(x) )
//   conv1 1x1 in -> width, conv2 3x3 width -> width, conv3 1x1 width -> 4 width
// Source: He et al., arXiv 1512.03385v1, figure 5 and table 1; attention sits after the last batch norm and before
// the add, as in ECA-Net, arXiv 1910.03151v4.
// Deviates: the stride is on the 3x3 convolution, as in PyTorch and the official code of ECA-Net; He et al. have it on
// the first 1x1.
#pragma once

#include <string>

#include "models/basic_block.hpp"

namespace eca {

struct BottleneckConfig {
  int64_t in, width, stride;
  Shortcut shortcut;
  std::string attention;  // see layers/attention/attention.hpp

  int64_t out() const { return 4 * width; }
};

class Bottleneck : public Module {
 public:
  explicit Bottleneck(const BottleneckConfig& config);
  Tensor forward(const Tensor& x) override;  // (N,H,W,in) -> (N,H/stride,W/stride,4 width)

 private:
  Tensor shortcut(const Tensor& x);

  BottleneckConfig config_;
  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d& conv2_;
  BatchNorm2d& bn2_;
  Conv2d& conv3_;
  BatchNorm2d& bn3_;
  Module* attention_ = nullptr;   // null: none
  ChannelGate* gate_ = nullptr;   // attention_, if it is a gate on channels
  Module* downsample_ = nullptr;  // option B only
};

// `blocks` bottlenecks; the first changes width and resolution.
class BottleneckStage : public Sequential {
 public:
  BottleneckStage(int64_t blocks, BottleneckConfig first);
};

}  // namespace eca
