#include "models/basic_block.hpp"

#include "layers/fused/conv_batch_norm.hpp"

namespace eca {

BasicBlock::BasicBlock(const ResidualBlockConfig& config)
    : ResidualBlock(config, kExpansion * config.width),
      conv1_(add_child<Conv2d>("conv1", Conv2dConfig{.in = config.in,
                                                     .out = config.width,
                                                     .kernel = 3,
                                                     .options = {.stride = config.stride, .padding = 1}})),
      bn1_(add_child<BatchNorm2d>("bn1", config.width)),
      conv2_(add_child<Conv2d>(
          "conv2",
          Conv2dConfig{.in = config.width, .out = config.width, .kernel = 3, .options = {.padding = 1}})),
      bn2_(add_child<BatchNorm2d>("bn2", config.width)) {
  add_attention_and_shortcut();
}

Tensor BasicBlock::forward(const Tensor& x) { return end(conv2_, bn2_, conv_bn_relu(conv1_, bn1_, x), x); }

}  // namespace eca
