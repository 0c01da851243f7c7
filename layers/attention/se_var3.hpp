#pragma once

#include "layers/channel_gate.hpp"
#include "layers/linear.hpp"

namespace eca {

// SE-Var3: x (N,H,W,C) * sigmoid(W GAP(x)), W a full matrix (C,C): SE without its bottleneck.
class SEVar3 : public ChannelGate {
 public:
  explicit SEVar3(int64_t channels);
  Tensor gate(const Tensor& y) override;

 private:
  Linear& fc_;
};

}  // namespace eca
