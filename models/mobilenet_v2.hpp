// MobileNetV2: inverted residuals, which widen with a 1x1 convolution, filter each channel by itself, and narrow again
// without a nonlinearity.
//   y = attention(bn(conv 1x1(relu6(bn(depthwise 3x3(relu6(bn(conv 1x1(x)))))))))    [+ x where shapes agree]
// Source: Sandler et al., arXiv 1801.04381v4, table 2. Attention sits after the last batch norm of every inverted
// residual, and parameters are called as in the official code of ECA-Net: features.2.conv.4.conv.weight.
// Deviates from that code: the last layer starts with PyTorch's default, not normal(0, 0.01).
#pragma once

#include <vector>

#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"
#include "layers/twin_module.hpp"
#include "models/network_body.hpp"
#include "models/network_config.hpp"

namespace eca {

// Convolution, batch norm, ReLU6.
class ConvBNReLU6 : public TwinModule {
 public:
  explicit ConvBNReLU6(const Conv2dConfig& convolution);

 private:
  Tensor plain(const Tensor& x) override;
  Tensor fused(const Tensor& x) override;

  Conv2d& conv_;
  BatchNorm2d& bn_;
};

struct InvertedResidualConfig {
  int64_t in, out, stride, expansion;
  std::string attention;  // see layers/attention/attention.hpp
};

class InvertedResidual : public TwinModule {
 public:
  // x (N,H,W,in) -> y (N,H/stride,W/stride,out)
  explicit InvertedResidual(const InvertedResidualConfig& config);

 private:
  Tensor plain(const Tensor& x) override;
  Tensor fused(const Tensor& x) override;

  bool residual_;                  // whether x is added to y
  Sequential& conv_;               // holds the modules below under their official names
  ConvBNReLU6* expand_ = nullptr;  // 1x1, in -> expansion * in; null where expansion is 1
  ConvBNReLU6* depthwise_;         // 3x3, each channel by itself
  Conv2d* project_;                // 1x1, -> out
  BatchNorm2d* bn_;
  Module* attention_ = nullptr;  // null: none
};

enum class MobileNetV2Scale {
  image,  // for images of about 224 pixels a side: resolution is halved five times
  small,  // for images of about 32: the first convolution and the second stage keep the resolution
};

// The first convolution and the stages of inverted residuals.
// Seven stages: "eca:k=1111333" are the kernel sizes of the released ECA-MobileNetV2.
class MobileNetV2Body : public NetworkBody {
 public:
  MobileNetV2Body(MobileNetV2Scale scale, const NetworkConfig& config);
  std::vector<Tensor> maps(const Tensor& x) override;
  std::vector<BodyMap> map_sizes() const override { return sizes_; }

 protected:
  Sequential& features_;

 private:
  void append(Module& part, int64_t stride, int64_t channels);

  struct Part {
    Module* module;
    int64_t stride;
  };
  std::vector<Part> parts_;  // of features
  std::vector<BodyMap> sizes_;
};

// That, the last convolution; then GAP, dropout 0.25, FC.
class MobileNetV2 : public MobileNetV2Body {
 public:
  MobileNetV2(MobileNetV2Scale scale, const NetworkConfig& config);
  Tensor forward(const Tensor& x) override;  // x (N,H,W,in_channels) -> logits (N,classes), any H and W

 private:
  Sequential& classifier_;
};

// The stage, from 0, of features.<block>, an inverted residual; block counts from 1.
size_t mobilenet_v2_stage(int64_t block);

}  // namespace eca
