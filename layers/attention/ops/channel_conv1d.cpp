//   z [n,c] = sum_{j<k} w[j] y[n,c+j-p]            p = (k-1)/2, one small kernel slides over the channels
//   dy[n,c] = sum_{j<k} w[j] dz[n,c-j+p]           y,z (N,C)   w (k)
//   dw[j]   = sum_{n,c} dz[n,c] y[n,c+j-p]
// Source: ECA-Net, arXiv 1910.03151v4, eq. 9.  Derivation: docs/book/05_channel_attention.md
// Saves: y and w (shared, no copy).
#include "layers/attention/ops/channel_conv1d.hpp"

#include <cmath>

#include "core/autograd/check.hpp"

namespace eca {

struct ChannelConv1dBackward final : Node {
  Saved y, w;
  Ends ends;
  ChannelConv1dBackward(const Tensor& y_in, const Tensor& w_in, Ends ends_in)
      : Node({y_in, w_in}), y(y_in), w(w_in), ends(ends_in) {}
  const char* name() const override { return "ChannelConv1dBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}, {"w", w}}; }
  void backward(const Tensor& dz) override;
};

Tensor channel_conv1d(const Tensor& y, const Tensor& w, Ends ends) {
  check_rank("channel_conv1d", "y", y, "N,C");
  check_rank("channel_conv1d", "w", w, "K");
  if (w.dim(0) % 2 == 0) {
    shape_error("channel_conv1d", "the kernel must have an odd length, to be centred", {{"w", w, "K"}});
  }
  Tensor z = Tensor::empty(y.shape());
  kernels::channel_conv1d_forward(z.data(), y.data(), w.data(), ends, y.dim(0), y.dim(1), w.dim(0));
  return record<ChannelConv1dBackward>(z, y, w, ends);
}

void ChannelConv1dBackward::backward(const Tensor& dz) {
  const int64_t N = y.dim(0), C = y.dim(1), k = w.dim(0);
  if (GradSlot dy = grad_slot(0)) kernels::channel_conv1d_dy(dy, dz.data(), w.data(), ends, N, C, k);
  if (GradSlot dw = batch_sum_slot(1)) kernels::channel_conv1d_dw(dw, dz.data(), y.data(), ends, N, C, k);
}

ChannelConv1d::ChannelConv1d(int64_t k, Ends ends) : ends_(ends) {
  const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(k))};
  weight_ = add_parameter("weight", {k}, init, FileLayout::conv1d, /*decay=*/false);
}

Tensor ChannelConv1d::forward(const Tensor& y) { return channel_conv1d(y, weight_, ends_); }

}  // namespace eca
