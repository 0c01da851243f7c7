#pragma once

#include <vector>

#include "layers/attention/ops/kernel_size.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// ECA whose weights are not shared: each channel has its own k.  k*C weights.
class ECANS : public ChannelGate {
 public:
  // Without k: adaptive_kernel_size(channels). Throws Error if k is even or below 1.
  explicit ECANS(int64_t channels, std::optional<int64_t> k = std::nullopt);
  Tensor gate(const Tensor& y) override;

 private:
  struct Conv;
  Conv& conv_;
};

}  // namespace eca
