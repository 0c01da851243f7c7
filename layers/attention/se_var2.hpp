#pragma once

#include "layers/channel_gate.hpp"

namespace eca {

// SE-Var2: x (N,H,W,C) * sigmoid(w * GAP(x)), one weight a channel, drawn from uniform(-1, 1).
class SEVar2 : public ChannelGate {
 public:
  explicit SEVar2(int64_t channels);
  Tensor gate(const Tensor& y) override;

 private:
  Tensor weight_;
};

}  // namespace eca
