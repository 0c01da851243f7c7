#include "models/resnet_cifar.hpp"

#include "core/error.hpp"
#include "layers/conv_batch_norm.hpp"
#include "layers/pooling.hpp"

namespace eca {

std::vector<StageConfig> cifar_stages(int64_t depth) {
  const int64_t n = (depth - 2) / 6;
  if (n < 1 || 6 * n + 2 != depth) {
    throw Error("resnet: depth " + std::to_string(depth) + ", expected 6n+2: 20, 32, 44, 56, 110");
  }
  return {{n, 16}, {n, 32}, {n, 64}};
}

std::vector<StageConfig> imagenet_stages(int64_t depth) {
  if (depth == 18) return {{2, 64}, {2, 128}, {2, 256}, {2, 512}};
  if (depth == 34) return {{3, 64}, {4, 128}, {6, 256}, {3, 512}};
  throw Error("resnet: depth " + std::to_string(depth) + ", expected 18 or 34");
}

ResNetCifar::ResNetCifar(const std::vector<StageConfig>& stages, const NetworkConfig& config)
    : conv1_(add_child<Conv2d>("conv1", Conv2dConfig{.in = config.in_channels,
                                                     .out = stages.front().channels,
                                                     .kernel = 3,
                                                     .options = {.padding = 1}})),
      bn1_(add_child<BatchNorm2d>("bn1", stages.front().channels)),
      stages_(add_stages(stages, config)),
      fc_(add_child<Linear>("fc", stages.back().channels, config.classes)) {}

// Every stage but the first halves the resolution.
std::vector<Stage*> ResNetCifar::add_stages(const std::vector<StageConfig>& stages,
                                            const NetworkConfig& config) {
  std::vector<Stage*> added;
  int64_t in = stages.front().channels;
  for (const auto& [blocks, channels] : stages) {
    const std::string name = "layer" + std::to_string(added.size() + 1);
    const int64_t stride = added.empty() ? 1 : 2;
    added.push_back(&add_child<Stage>(
        name, blocks, BasicBlockConfig{in, channels, stride, config.shortcut, config.attention}));
    in = channels;
  }
  return added;
}

Tensor ResNetCifar::forward(const Tensor& x) {
  Tensor y = conv_bn_relu(conv1_, bn1_, x);
  for (Stage* stage : stages_) y = (*stage)(y);
  return fc_(global_average_pool(y));
}

}  // namespace eca
