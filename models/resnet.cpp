#include "models/resnet.hpp"

#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/fused/conv_block.hpp"
#include "layers/ops_mode.hpp"
#include "models/basic_block.hpp"
#include "models/bottleneck.hpp"
#include "models/stage_attention.hpp"

namespace eca {

ResNetLayout resnet_layout(int64_t depth, Stem stem) {
  const auto stages = [](int64_t a, int64_t b, int64_t c, int64_t d) {
    return std::vector<StageConfig>{{a, 64}, {b, 128}, {c, 256}, {d, 512}};
  };
  if (depth == 18) return {stem, Block::basic, stages(2, 2, 2, 2)};
  if (depth == 34) return {stem, Block::basic, stages(3, 4, 6, 3)};
  if (depth == 50) return {stem, Block::bottleneck, stages(3, 4, 6, 3)};
  if (depth == 101) return {stem, Block::bottleneck, stages(3, 4, 23, 3)};
  if (depth == 152) return {stem, Block::bottleneck, stages(3, 8, 36, 3)};
  throw Error("resnet: depth " + std::to_string(depth) + ", expected 18, 34, 50, 101 or 152");
}

static Conv2dConfig stem_convolution(Stem stem, int64_t in, int64_t out) {
  if (stem == Stem::small) return {.in = in, .out = out, .kernel = 3, .options = {.padding = 1}};
  return {.in = in, .out = out, .kernel = 7, .options = {.stride = 2, .padding = 3}};
}

static int64_t expansion(Block block) {
  return block == Block::basic ? BasicBlock::kExpansion : Bottleneck::kExpansion;
}

// Channels that the last stage gives out.
static int64_t last_channels(const ResNetLayout& layout) {
  return expansion(layout.block) * layout.stages.back().channels;
}

ResNetLayout widened(ResNetLayout layout, double width) {
  for (StageConfig& stage : layout.stages) {
    const double channels = std::round(static_cast<double>(stage.channels) * width);
    if (!(channels >= 1)) {
      throw Error("resnet: width " + std::to_string(width) + " of " + std::to_string(stage.channels) +
                  " channels, expected at least one channel");
    }
    stage.channels = static_cast<int64_t>(channels);
  }
  return layout;
}

ResNetBody::ResNetBody(const ResNetLayout& layout, const NetworkConfig& config)
    : layout_(layout),
      conv1_(add_child<Conv2d>(
          "conv1", stem_convolution(layout.stem, config.in_channels, layout.stages.front().channels))),
      bn1_(add_child<BatchNorm2d>("bn1", layout.stages.front().channels)),
      stages_(add_stages(layout, config)) {}

// Every stage but the first halves the resolution.
std::vector<Module*> ResNetBody::add_stages(const ResNetLayout& layout, const NetworkConfig& config) {
  std::vector<Module*> added;
  int64_t in = layout.stages.front().channels;
  for (const auto& [blocks, channels] : layout.stages) {
    const std::string name = "layer" + std::to_string(added.size() + 1);
    const int64_t stride = added.empty() ? 1 : 2;
    const ResidualBlockConfig first = {in, channels, stride, config.shortcut,
                                       stage_attention(config.attention, added.size(), layout.stages.size())};
    if (layout.block == Block::basic) {
      added.push_back(&add_child<Stage<BasicBlock>>(name, blocks, first));
    } else {
      added.push_back(&add_child<Stage<Bottleneck>>(name, blocks, first));
    }
    in = expansion(layout.block) * channels;
  }
  return added;
}

Tensor ResNetBody::stem(const Tensor& x) {
  const Tensor y = ops_mode() == OpsMode::plain ? relu(bn1_(conv1_(x)))  //
                                                : conv_bn_relu(conv1_, bn1_, x).stored();
  return layout_.stem == Stem::small ? y : max_pool2d(y, {.kernel = 3, .stride = 2, .padding = 1});
}

Tensor ResNetBody::last_map(const Tensor& x) {
  Tensor y = stem(x);
  for (Module* stage : stages_) y = (*stage)(y);
  return y;
}

std::vector<Tensor> ResNetBody::maps(const Tensor& x) {
  std::vector<Tensor> maps;
  Tensor y = stem(x);
  for (Module* stage : stages_) {
    y = (*stage)(y);
    maps.push_back(y);
  }
  return maps;
}

std::vector<BodyMap> ResNetBody::map_sizes() const {
  std::vector<BodyMap> sizes;
  int64_t stride = layout_.stem == Stem::small ? 1 : 4;
  for (const StageConfig& stage : layout_.stages) {
    sizes.push_back({expansion(layout_.block) * stage.channels, stride});
    stride *= 2;
  }
  return sizes;
}

ResNet::ResNet(const ResNetLayout& layout, const NetworkConfig& config)
    : ResNetBody(layout, config),
      avgpool_(add_child<GlobalAveragePool>("avgpool")),
      fc_(add_child<Linear>("fc", last_channels(layout), config.classes)) {}

Tensor ResNet::forward(const Tensor& x) { return fc_(avgpool_(last_map(x))); }

}  // namespace eca
