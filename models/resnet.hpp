// ResNets: a stem, stages of residual blocks, global average pooling, one linear layer.
//   stem - [stage 1] - [stage 2, /2] - ... - GAP - FC
// Source: He et al., arXiv 1512.03385v1, table 1 (ImageNet) and section 4.2 (CIFAR). Parameters are called as in the
// official code of ECA-Net, which has PyTorch's names and adds layer1.0.eca.conv.weight.
#pragma once

#include <vector>

#include "layers/linear.hpp"
#include "layers/pooling.hpp"
#include "models/network_body.hpp"
#include "models/network_config.hpp"

namespace eca {

enum class Stem {
  image,  // convolution 7x7 of stride 2 and max-pooling 3x3 of stride 2, for images of about 224 pixels a side
  small,  // convolution 3x3 of stride 1, for images of about 32
};
enum class Block { basic, bottleneck };

struct ResNetLayout {
  Stem stem;
  Block block;
  std::vector<StageConfig> stages;  // channels inside the blocks; bottlenecks give out four times as many
};

// ResNet-18, -34 (basic blocks), -50, -101, -152 (bottlenecks) with either stem. Throws Error for another depth.
ResNetLayout resnet_layout(int64_t depth, Stem stem);

// The same with so many times the channels, rounded. Throws Error unless each stage has one at least.
ResNetLayout widened(ResNetLayout layout, double width);

// Stem and stages.
class ResNetBody : public NetworkBody {
 public:
  ResNetBody(const ResNetLayout& layout, const NetworkConfig& config);
  std::vector<Tensor> maps(const Tensor& x) override;
  std::vector<BodyMap> map_sizes() const override;

 protected:
  Tensor last_map(const Tensor& x);

 private:
  std::vector<Module*> add_stages(const ResNetLayout& layout, const NetworkConfig& config);
  Tensor stem(const Tensor& x);

  ResNetLayout layout_;
  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  std::vector<Module*> stages_;
};

class ResNet : public ResNetBody {
 public:
  ResNet(const ResNetLayout& layout, const NetworkConfig& config);
  Tensor forward(const Tensor& x) override;  // x (N,H,W,in_channels) -> logits (N,classes), any H and W

 private:
  GlobalAveragePool& avgpool_;
  Linear& fc_;
};

}  // namespace eca
