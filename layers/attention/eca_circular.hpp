#pragma once

#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/attention/ops/kernel_size.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// ECA whose channels lie on a circle: the first and the last are neighbours.  One weight vector of k values.
class ECACircular : public ChannelGate {
 public:
  // Without k: adaptive_kernel_size(channels). Throws Error if k is even or below 1.
  explicit ECACircular(int64_t channels, std::optional<int64_t> k = std::nullopt);
  Tensor gate(const Tensor& y) override;

 private:
  ChannelConv1d& conv_;
};

}  // namespace eca
