#include "models/mobilenet_v2.hpp"

#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention.hpp"
#include "layers/dropout.hpp"
#include "layers/fused/conv_block.hpp"
#include "layers/linear.hpp"
#include "layers/pooling.hpp"
#include "models/stage_attention.hpp"

namespace eca {

ConvBNReLU6::ConvBNReLU6(const Conv2dConfig& convolution)
    : conv_(add_child<Conv2d>("0", convolution)), bn_(add_child<BatchNorm2d>("1", convolution.out)) {}

Tensor ConvBNReLU6::plain(const Tensor& x) { return relu6(bn_(conv_(x))); }
Tensor ConvBNReLU6::fused(const Tensor& x) { return relu6(conv_bn(conv_, bn_, x)); }

InvertedResidual::InvertedResidual(const InvertedResidualConfig& config)
    : residual_(config.stride == 1 && config.in == config.out), conv_(add_child<Sequential>("conv")) {
  const int64_t wide = config.expansion * config.in;
  if (config.expansion != 1) {
    expand_ = &conv_.append<ConvBNReLU6>(Conv2dConfig{.in = config.in, .out = wide, .kernel = 1});
  }
  depthwise_ = &conv_.append<ConvBNReLU6>(
      Conv2dConfig{.in = wide,
                   .out = wide,
                   .kernel = 3,
                   .options = {.stride = config.stride, .padding = 1, .groups = wide}});
  project_ = &conv_.append<Conv2d>(Conv2dConfig{.in = wide, .out = config.out, .kernel = 1});
  bn_ = &conv_.append<BatchNorm2d>(config.out);
  if (auto attention = make_attention(config.attention, config.out)) {
    attention_ = &conv_.adopt_last(std::move(attention));
  }
}

Tensor InvertedResidual::plain(const Tensor& x) {
  const Scope scope(conv_.name());
  Tensor y = x;
  if (expand_ != nullptr) y = (*expand_)(y);
  y = (*depthwise_)(y);
  y = (*project_)(y);
  y = (*bn_)(y);
  if (attention_ != nullptr) y = (*attention_)(y);
  return residual_ ? add(x, y) : y;
}

Tensor InvertedResidual::fused(const Tensor& x) {
  const Scope scope(conv_.name());
  Tensor y = x;
  if (expand_ != nullptr) y = (*expand_)(y);
  y = (*depthwise_)(y);
  y = conv_bn(*project_, *bn_, y);
  if (attention_ != nullptr) y = (*attention_)(y);
  return residual_ ? add(x, y) : y;
}

namespace {

struct InvertedStage {
  int64_t expansion, channels, blocks, stride;
};

// The paper's table 2: t, c, n, s.
constexpr InvertedStage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                     {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
constexpr int64_t kFirst = 32, kLast = 1280;
constexpr double kDropout = 0.25;

}  // namespace

size_t mobilenet_v2_stage(int64_t block) {
  size_t stage = 0;
  while (stage + 1 < std::size(kStages) && block > kStages[stage].blocks) block -= kStages[stage++].blocks;
  return stage;
}

MobileNetV2Body::MobileNetV2Body(MobileNetV2Scale scale, const NetworkConfig& config)
    : features_(add_child<Sequential>("features")) {
  const bool small = scale == MobileNetV2Scale::small;
  const int64_t first_stride = small ? 1 : 2;
  append(features_.append<ConvBNReLU6>(Conv2dConfig{.in = config.in_channels,
                                                    .out = kFirst,
                                                    .kernel = 3,
                                                    .options = {.stride = first_stride, .padding = 1}}),
         first_stride, kFirst);
  int64_t in = kFirst;
  for (size_t i = 0; i < std::size(kStages); ++i) {
    const auto& [expansion, channels, blocks, stride] = kStages[i];
    const bool halves = stride == 2 && !(small && i == 1);
    for (int64_t block = 0; block < blocks; ++block) {
      const InvertedResidualConfig residual = {
          .in = in,
          .out = channels,
          .stride = halves && block == 0 ? 2 : 1,
          .expansion = expansion,
          .attention = stage_attention(config.attention, i, std::size(kStages))};
      append(features_.append<InvertedResidual>(residual), residual.stride, channels);
      in = channels;
    }
  }
}

// Where a part halves the resolution, the map before it is the last of its own.
void MobileNetV2Body::append(Module& part, int64_t stride, int64_t channels) {
  const int64_t before = sizes_.empty() ? 1 : sizes_.back().stride;
  if (sizes_.empty() || stride > 1) sizes_.push_back({channels, before * stride});
  sizes_.back().channels = channels;
  parts_.push_back({&part, stride});
}

std::vector<Tensor> MobileNetV2Body::maps(const Tensor& x) {
  const Scope scope(features_.name());
  std::vector<Tensor> maps;
  Tensor y = (*parts_.front().module)(x);
  for (size_t i = 1; i < parts_.size(); ++i) {
    if (parts_[i].stride > 1) maps.push_back(y);
    y = (*parts_[i].module)(y);
  }
  maps.push_back(y);
  return maps;
}

MobileNetV2::MobileNetV2(MobileNetV2Scale scale, const NetworkConfig& config)
    : MobileNetV2Body(scale, config), classifier_(add_child<Sequential>("classifier")) {
  features_.append<ConvBNReLU6>(Conv2dConfig{.in = map_sizes().back().channels, .out = kLast, .kernel = 1});
  classifier_.append<Dropout>(kDropout);
  classifier_.append<Linear>(kLast, config.classes);
}

Tensor MobileNetV2::forward(const Tensor& x) { return classifier_(global_average_pool(features_(x))); }

}  // namespace eca
