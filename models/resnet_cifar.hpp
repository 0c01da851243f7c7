// ResNets for small images: a 3x3 stem, stages of basic blocks, global average pooling, one linear layer.
//   conv 3x3 - BN - ReLU - [stage 1] - [stage 2, /2] - ... - GAP - FC
#pragma once

#include <vector>

#include "layers/linear.hpp"
#include "models/basic_block.hpp"

namespace eca {

// What every network needs to know; see models/registry.hpp.
struct NetworkConfig {
  std::string attention = "none";
  Shortcut shortcut = Shortcut::A;
  int64_t in_channels = 3;
  int64_t classes = 10;
};

struct StageConfig {
  int64_t blocks, channels;
};

// He et al., arXiv 1512.03385v1, section 4.2: three stages of n blocks with 16, 32, 64 channels; depth = 6n+2
// is 20, 32, 44, 56 or 110. Throws Error for another depth.
std::vector<StageConfig> cifar_stages(int64_t depth);
// ResNet-18 and -34 (the same paper, table 1): four stages of 64, 128, 256, 512 channels. Throws Error for
// another depth.
std::vector<StageConfig> imagenet_stages(int64_t depth);

class ResNetCifar : public Module {
 public:
  ResNetCifar(const std::vector<StageConfig>& stages, const NetworkConfig& config);
  Tensor forward(const Tensor& x) override;  // x (N,H,W,in_channels) -> logits (N,classes)

 private:
  std::vector<Stage*> add_stages(const std::vector<StageConfig>& stages, const NetworkConfig& config);

  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  std::vector<Stage*> stages_;
  Linear& fc_;
};

}  // namespace eca
