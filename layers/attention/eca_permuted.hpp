#pragma once

#include <vector>

#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/attention/ops/kernel_size.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// z[n,i] = y[n, order[i]]: y (N,C), order a permutation of 0..C-1.  Saves nothing but the order.
// Throws Error if order is no permutation, ShapeError if it has not C numbers.
Tensor permute_channels(const Tensor& y, const std::vector<int64_t>& order);

// A control for ECA: the same k weights over neighbours drawn by lot, once and for all.  initialise() draws
// the order of each module anew; it is saved with the weights as the buffer "order".
class ECAPermuted : public ChannelGate {
 public:
  // Without k: adaptive_kernel_size(channels). Throws Error if k is even or below 1.
  explicit ECAPermuted(int64_t channels, std::optional<int64_t> k = std::nullopt);
  Tensor gate(const Tensor& y) override;

 private:
  ChannelConv1d& conv_;
  Tensor order_;
};

}  // namespace eca
