#pragma once

#include <optional>

#include "core/tape.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// k of the paper's rule for C channels: the odd number nearest to log2(C)/gamma + b/gamma, ties going up.
//   C 1-7 -> 1, 8-127 -> 3, 128-2047 -> 5, 2048-32767 -> 7          (gamma 2, b 1)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 12; t = int(|log2(C)/gamma + b/gamma|), k = t if odd, else t + 1.
// Throws Error if C < 1.
int64_t adaptive_kernel_size(int64_t C);

// z[n,c] = sum_{j<k} w[j] * y[n, c + j - (k-1)/2], zero beyond both ends: y (N,C), w (k), k odd.  Throws
// ShapeError.
Tensor channel_conv1d(const Tensor& y, const Tensor& w);

// Efficient channel attention: x (N,H,W,C) * sigmoid(C1D_k(GAP(x))).  One weight vector of k values.
class ECA : public ChannelGate {
 public:
  // Without k: adaptive_kernel_size(channels). Throws Error if k is even or below 1.
  explicit ECA(int64_t channels, std::optional<int64_t> k = std::nullopt);
  Tensor gate(const Tensor& y) override;

 private:
  struct Conv1d;
  Conv1d& conv_;
};

}  // namespace eca
