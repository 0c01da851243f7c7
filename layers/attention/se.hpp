#pragma once

#include "layers/channel_gate.hpp"
#include "layers/linear.hpp"

namespace eca {

struct SEOptions {
  int64_t r = 16;     // reduction
  bool bias = false;  // the ECA paper counts SE without biases
};

// Squeeze-and-excitation: x (N,H,W,C) * sigmoid(W2 relu(W1 GAP(x))), W1 (C,h), W2 (h,C), h = max(1, C/r).
// With r = 16 a layer of 16 channels has one hidden unit. Throws Error if r < 1.
class SE : public ChannelGate {
 public:
  explicit SE(int64_t channels, SEOptions options = {});
  Tensor gate(const Tensor& y) override;

 private:
  struct Excitation;
  Excitation& fc_;
};

}  // namespace eca
