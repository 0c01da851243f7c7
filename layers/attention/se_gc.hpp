#pragma once

#include <vector>

#include "layers/channel_gate.hpp"

namespace eca {

// SE-GC: x (N,H,W,C) * sigmoid(W GAP(x)), W block-diagonal: each of `groups` groups of C/groups channels has
// a full matrix of its own, so C^2/groups weights.  Throws Error unless groups >= 1 divide the channels.
class SEGC : public ChannelGate {
 public:
  SEGC(int64_t channels, int64_t groups);
  Tensor gate(const Tensor& y) override;

 private:
  std::vector<int64_t> first_;
  Tensor weight_;  // (C, C/groups), row c weighs the channels of c's group
};

}  // namespace eca
