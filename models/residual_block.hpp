// What the residual blocks of ResNets share: the attention after the last batch norm, the shortcut, and how they end:
//   y = relu( attention(bn(conv(...))) + shortcut(x) )
// Source: He et al., arXiv 1512.03385v1, figure 5; attention sits after the last batch norm and before the add, as in
// ECA-Net, arXiv 1910.03151v4.
#pragma once

#include <string>

#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"
#include "layers/twin_module.hpp"

namespace eca {

// Where stride or width change, the shortcut is option A (subsample and pad with zero channels, no parameters) or option B
// (1x1 convolution and batch norm).
enum class Shortcut { A, B };
// Throws Error unless text is "A" or "B".
Shortcut parse_shortcut(const std::string& text);

struct ResidualBlockConfig {
  int64_t in, width, stride;  // width: channels inside; a block gives out kExpansion times as many
  Shortcut shortcut;
  std::string attention;  // see layers/attention/attention.hpp
};

class ResidualBlock : public TwinModule {
 protected:
  // out: channels of y.
  ResidualBlock(const ResidualBlockConfig& config, int64_t out);

  // Call after the block's own convolutions are added: parameters are in PyTorch's order.
  void add_attention_and_shortcut();

  // The attention of y; y itself where the block has none.
  Tensor attention(const Tensor& y) { return attention_ != nullptr ? (*attention_)(y) : y; }
  Module* attention_module() { return attention_; }  // null: none
  // What is added to the attention's result: x, brought to its shape.
  Tensor shortcut(const Tensor& x);

 private:
  ResidualBlockConfig config_;
  int64_t out_;
  bool changes_shape_;
  Module* attention_ = nullptr;
  Module* downsample_ = nullptr;  // option B only
};

// `blocks` residual blocks; the first changes width and resolution.
template <class Block>
class Stage : public Sequential {
 public:
  Stage(int64_t blocks, ResidualBlockConfig config) {
    for (int64_t i = 0; i < blocks; ++i) {
      append<Block>(config);
      config.in = Block::kExpansion * config.width;
      config.stride = 1;
    }
  }
};

}  // namespace eca
