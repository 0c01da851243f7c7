#pragma once

#include "layers/channel_gate.hpp"

namespace eca {

// SE-Var1: x (N,H,W,C) * sigmoid(GAP(x)).  No weights: each channel weighs itself.
class SEVar1 : public ChannelGate {
 public:
  Tensor gate(const Tensor& y) override;
};

}  // namespace eca
