#include "models/residual_block.hpp"

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"
#include "layers/pad_shortcut.hpp"

namespace eca {

Shortcut parse_shortcut(const std::string& text) {
  if (text == "A") return Shortcut::A;
  if (text == "B") return Shortcut::B;
  throw Error("shortcut: \"" + text + "\", expected A (no parameters) or B (1x1 convolution and batch norm)");
}

ResidualBlock::ResidualBlock(const ResidualBlockConfig& config, int64_t out)
    : config_(config), out_(out), changes_shape_(config.stride != 1 || config.in != out) {}

void ResidualBlock::add_attention_and_shortcut() {
  if (auto attention = make_attention(config_.attention, out_)) {
    attention_ = &adopt(attention_name(config_.attention), std::move(attention));
  }
  if (changes_shape_ && config_.shortcut == Shortcut::B) {
    auto& projection = add_child<Sequential>("downsample");
    projection.append<Conv2d>(
        Conv2dConfig{.in = config_.in, .out = out_, .kernel = 1, .options = {.stride = config_.stride}});
    projection.append<BatchNorm2d>(out_);
    downsample_ = &projection;
  }
}

Tensor ResidualBlock::shortcut(const Tensor& x) {
  if (downsample_ != nullptr) return (*downsample_)(x);
  return changes_shape_ ? pad_shortcut(x, out_, config_.stride) : x;
}

}  // namespace eca
