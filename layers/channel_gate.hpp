// Attention that weighs each channel by what global average pooling says of all of them:
//   out = x * gate(GAP(x))        x, out (N,H,W,C)
// SE and ECA differ only in the gate.
#pragma once

#include "layers/module.hpp"

namespace eca {

class ChannelGate : public Module {
 public:
  // y (N,C), the mean of each channel -> the factor of each channel, (N,C).
  virtual Tensor gate(const Tensor& y) = 0;
  Tensor forward(const Tensor& x) final;
};

}  // namespace eca
