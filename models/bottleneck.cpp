#include "models/bottleneck.hpp"

#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/fused/conv_block.hpp"

namespace eca {

Bottleneck::Bottleneck(const ResidualBlockConfig& config)
    : ResidualBlock(config, kExpansion * config.width),
      conv1_(add_child<Conv2d>("conv1", Conv2dConfig{.in = config.in, .out = config.width, .kernel = 1})),
      bn1_(add_child<BatchNorm2d>("bn1", config.width)),
      conv2_(add_child<Conv2d>("conv2", Conv2dConfig{.in = config.width,
                                                     .out = config.width,
                                                     .kernel = 3,
                                                     .options = {.stride = config.stride, .padding = 1}})),
      bn2_(add_child<BatchNorm2d>("bn2", config.width)),
      conv3_(add_child<Conv2d>(
          "conv3", Conv2dConfig{.in = config.width, .out = kExpansion * config.width, .kernel = 1})),
      bn3_(add_child<BatchNorm2d>("bn3", kExpansion * config.width)) {
  add_attention_and_shortcut();
}

Tensor Bottleneck::plain(const Tensor& x) {
  Tensor y = conv1_(x);
  y = bn1_(y);
  y = relu(y);
  y = conv2_(y);
  y = bn2_(y);
  y = relu(y);
  y = conv3_(y);
  y = bn3_(y);
  y = attention(y);
  y = add(y, shortcut(x));
  return relu(y);
}

Tensor Bottleneck::fused(const Tensor& x) {
  const PendingRelu narrow = conv_bn_relu(conv1_, bn1_, x);
  const PendingRelu y = conv_bn_relu(conv2_, bn2_, narrow);
  return conv_bn_add_relu(conv3_, bn3_, attention_module(), y, shortcut(x));
}

}  // namespace eca
