#pragma once

#include <optional>

#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/attention/ops/kernel_size.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// Efficient channel attention: x (N,H,W,C) * sigmoid(C1D_k(GAP(x))).  One weight vector of k values.
class ECA : public ChannelGate {
 public:
  // Without k: adaptive_kernel_size(channels). Throws Error if k is even or below 1.
  explicit ECA(int64_t channels, std::optional<int64_t> k = std::nullopt);
  Tensor gate(const Tensor& y) override;

 private:
  ChannelConv1d& conv_;
};

}  // namespace eca
