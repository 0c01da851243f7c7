#include "models/detection/box_head.hpp"

#include <cmath>

#include "core/base/scope.hpp"
#include "core/ops/reshape.hpp"
#include "layers/activations.hpp"
#include "layers/conv2d.hpp"

namespace eca {

LinearOfMaps::LinearOfMaps(int64_t height, int64_t width, int64_t in, int64_t out) {
  const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(height * width * in))};
  weight_ = add_parameter("weight", {height, width, in, out}, init, FileLayout::linear, /*decay=*/true);
  bias_ = add_parameter("bias", {out}, init, FileLayout::same, /*decay=*/false);
}

Tensor LinearOfMaps::forward(const Tensor& x) {
  const int64_t numbers = weight_.dim(0) * weight_.dim(1) * weight_.dim(2);
  return linear(reshape(x, {x.dim(0), numbers}), reshape(weight_, {numbers, weight_.dim(3)}), bias_);
}

BoxHead::BoxHead(const BoxHeadConfig& config, int64_t channels)
    : fc6_(add_child<LinearOfMaps>("fc6", config.pool.height, config.pool.width, channels, config.width)),
      fc7_(add_child<Linear>("fc7", config.width, config.width)) {}

Tensor BoxHead::forward(const Tensor& pooled) { return relu(fc7_(relu(fc6_(pooled)))); }

BoxPredictor::BoxPredictor(int64_t width, int64_t classes)
    : cls_score_(add_child<Linear>("cls_score", width, 1 + classes)),
      bbox_pred_(add_child<Linear>("bbox_pred", width, 4 * (1 + classes))) {}

Tensor BoxPredictor::scores(const Tensor& x) {
  const Scope scope(name());
  return cls_score_(x);
}

Tensor BoxPredictor::deltas(const Tensor& x) {
  const Scope scope(name());
  return bbox_pred_(x);
}

MaskPredictor::MaskPredictor(int64_t channels, int64_t classes)
    : conv5_mask_(add_child<ConvTranspose2d>(
          "conv5_mask",
          ConvTranspose2dConfig{.in = channels, .out = channels, .kernel = 2, .options = {.stride = 2}})),
      mask_fcn_logits_(add_child<Conv2d>(
          "mask_fcn_logits", Conv2dConfig{.in = channels, .out = 1 + classes, .kernel = 1, .bias = true})) {}

Tensor MaskPredictor::forward(const Tensor& x) { return mask_fcn_logits_(relu(conv5_mask_(x))); }

}  // namespace eca
