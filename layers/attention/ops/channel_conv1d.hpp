// The 1-D convolution over channels that all ECA modules but the unshared one have in common.
#pragma once

#include "core/autograd/tape.hpp"
#include "core/kernels/attention/channel_attention.hpp"
#include "layers/module.hpp"

namespace eca {

using kernels::Ends;

// z[n,c] = sum_{j<k} w[j] y[n, c + j - (k-1)/2]: y,z (N,C), w (k), k odd.  Beyond both ends lie zeros, or the
// channels from the other end.  Throws ShapeError if y has not two axes, w not one, or k is even.
Tensor channel_conv1d(const Tensor& y, const Tensor& w, Ends ends = Ends::zeros);

// (N,C) -> (N,C).  Owns weight (k), drawn from uniform(-1/sqrt(k), 1/sqrt(k)), PyTorch's default for Conv1d, which
// the official code of ECA-Net leaves in place.
class ChannelConv1d : public Module {
 public:
  explicit ChannelConv1d(int64_t k, Ends ends = Ends::zeros);
  Tensor forward(const Tensor& y) override;

 private:
  Ends ends_;
  Tensor weight_;
};

}  // namespace eca
