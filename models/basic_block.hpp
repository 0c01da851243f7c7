// The residual block of two 3x3 convolutions, shared by the CIFAR ResNets and ResNet-18/34:
//   y = relu( attention(bn2(conv2(relu(bn1(conv1(x)))))) + shortcut(x) )
// Source: He et al., arXiv 1512.03385v1, figure 5; attention sits after the last batch norm and before the
// add, as in ECA-Net, arXiv 1910.03151v4.
#pragma once

#include <string>

#include "layers/batch_norm.hpp"
#include "layers/channel_gate.hpp"
#include "layers/conv2d.hpp"
#include "layers/module.hpp"

namespace eca {

// Where stride or width change, the shortcut is option A (subsample and pad with zero channels, no
// parameters) or option B (1x1 convolution and batch norm).
enum class Shortcut { A, B };
// Throws Error unless text is "A" or "B".
Shortcut parse_shortcut(const std::string& text);

struct BasicBlockConfig {
  int64_t in, out, stride;
  Shortcut shortcut;
  std::string attention;  // see layers/attention/attention.hpp
};

class BasicBlock : public Module {
 public:
  explicit BasicBlock(const BasicBlockConfig& config);
  Tensor forward(const Tensor& x) override;  // (N,H,W,in) -> (N,H/stride,W/stride,out)

 private:
  Tensor shortcut(const Tensor& x);

  BasicBlockConfig config_;
  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d& conv2_;
  BatchNorm2d& bn2_;
  Module* attention_ = nullptr;   // null: none
  ChannelGate* gate_ = nullptr;   // attention_, if it is a gate on channels
  Module* downsample_ = nullptr;  // option B only
};

// `blocks` basic blocks; the first changes width and resolution.
class Stage : public Sequential {
 public:
  Stage(int64_t blocks, BasicBlockConfig first);
};

}  // namespace eca
