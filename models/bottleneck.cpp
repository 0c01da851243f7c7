#include "models/bottleneck.hpp"

#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention.hpp"
#include "layers/conv_batch_norm.hpp"
#include "layers/pad_shortcut.hpp"

namespace eca {

Bottleneck::Bottleneck(const BottleneckConfig& config)
    : config_(config),
      conv1_(add_child<Conv2d>("conv1", Conv2dConfig{.in = config.in, .out = config.width, .kernel = 1})),
      bn1_(add_child<BatchNorm2d>("bn1", config.width)),
      conv2_(add_child<Conv2d>("conv2", Conv2dConfig{.in = config.width,
                                                     .out = config.width,
                                                     .kernel = 3,
                                                     .options = {.stride = config.stride, .padding = 1}})),
      bn2_(add_child<BatchNorm2d>("bn2", config.width)),
      conv3_(add_child<Conv2d>("conv3", Conv2dConfig{.in = config.width, .out = config.out(), .kernel = 1})),
      bn3_(add_child<BatchNorm2d>("bn3", config.out())) {
  if (auto attention = make_attention(config.attention, config.out())) {
    attention_ = &adopt(attention_name(config.attention), std::move(attention));
    gate_ = dynamic_cast<ChannelGate*>(attention_);
  }
  if ((config.stride != 1 || config.in != config.out()) && config.shortcut == Shortcut::B) {
    auto& projection = add_child<Sequential>("downsample");
    projection.append<Conv2d>(Conv2dConfig{
        .in = config.in, .out = config.out(), .kernel = 1, .options = {.stride = config.stride}});
    projection.append<BatchNorm2d>(config.out());
    downsample_ = &projection;
  }
}

Tensor Bottleneck::shortcut(const Tensor& x) {
  if (downsample_ != nullptr) return (*downsample_)(x);
  if (config_.stride != 1 || config_.in != config_.out())
    return pad_shortcut(x, config_.out(), config_.stride);
  return x;
}

Tensor Bottleneck::forward(const Tensor& x) {
  const Tensor y = conv_bn_relu(conv2_, bn2_, conv_bn_relu(conv1_, bn1_, x));
  const bool gate_or_none = attention_ == nullptr || gate_ != nullptr;
  if (gate_or_none) return conv_bn_add_relu(conv3_, bn3_, gate_, y, shortcut(x));
  return relu(add((*attention_)(conv_bn(conv3_, bn3_, y)), shortcut(x)));
}

BottleneckStage::BottleneckStage(int64_t blocks, BottleneckConfig first) {
  append<Bottleneck>(first);
  first.in = first.out();
  first.stride = 1;
  for (int64_t i = 1; i < blocks; ++i) append<Bottleneck>(first);
}

}  // namespace eca
