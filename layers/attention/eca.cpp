// Efficient channel attention.
//   y [n,c] = 1/(H*W) sum_hw x[n,h,w,c]                  squeeze
//   z [n,c] = sum_{j<k} w[j] y[n,c+j-p]   p = (k-1)/2     one small kernel slides over the channels
//   s [n,c] = sigmoid(z[n,c])
//   out     = x * s
//   dy[n,c] = sum_j w[j] dz[n,c-j+p]        dw[j] = sum_{n,c} dz[n,c] y[n,c+j-p]
// Source: ECA-Net, arXiv 1910.03151v4, eqs. 8, 9, and its official code.  Derivation: docs/derivations/eca.md
// Deviates from the paper's text, as the official code does: the window is centred (eq. 6 starts it on the
// diagonal) and zeros pad both ends.
#include "layers/attention/eca.hpp"

#include <bit>
#include <cmath>

#include "core/check.hpp"
#include "core/kernels/channel_attention.hpp"
#include "layers/activations.hpp"

namespace eca {

// In integers: t = floor((log2(C) + 1) / 2) = floor((floor(log2(C)) + 1) / 2), since a number and its floor
// have the same number of whole pairs below them.
int64_t adaptive_kernel_size(int64_t C) {
  if (C < 1) throw Error("eca: adaptive kernel size for C = " + std::to_string(C) + ", expected at least 1");
  const int64_t floor_log2 = std::bit_width(static_cast<uint64_t>(C)) - 1;
  const int64_t t = (floor_log2 + 1) / 2;
  return t % 2 == 1 ? t : t + 1;
}

struct ChannelConv1dBackward final : Node {
  Saved y, w;
  ChannelConv1dBackward(const Tensor& y_in, const Tensor& w_in) : Node({y_in, w_in}), y(y_in), w(w_in) {}
  const char* name() const override { return "ChannelConv1dBackward"; }
  void backward(const Tensor& dz) override;
};

Tensor channel_conv1d(const Tensor& y, const Tensor& w) {
  check_rank("channel_conv1d", "y", y, "N,C");
  check_rank("channel_conv1d", "w", w, "K");
  if (w.dim(0) % 2 == 0) {
    shape_error("channel_conv1d", "the kernel must have an odd length, to be centred", {{"w", w, "K"}});
  }
  Tensor z = Tensor::empty(y.shape());
  kernels::channel_conv1d_forward(z.data(), y.data(), w.data(), y.dim(0), y.dim(1), w.dim(0));
  return record<ChannelConv1dBackward>(z, y, w);
}

void ChannelConv1dBackward::backward(const Tensor& dz) {
  const int64_t N = y.dim(0), C = y.dim(1), k = w.dim(0);
  if (GradSlot dy = grad_slot(0)) kernels::channel_conv1d_dy(dy, dz.data(), w.data(), N, C, k);
  if (GradSlot dw = grad_slot(1)) kernels::channel_conv1d_dw(dw, dz.data(), y.data(), N, C, k);
}

// A module of its own so that the weight is called eca.conv.weight, as in the official checkpoints. Its
// initial values are PyTorch's default for Conv1d, uniform(-1/sqrt(k), 1/sqrt(k)), which the official code
// leaves in place.
struct ECA::Conv1d : Module {
  Tensor weight;
  explicit Conv1d(int64_t k) {
    const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(k))};
    weight = add_parameter("weight", {k}, init, FileLayout::conv1d, /*decay=*/false);
  }
  Tensor forward(const Tensor& y) override { return channel_conv1d(y, weight); }
};

static int64_t kernel_size(int64_t channels, std::optional<int64_t> k) {
  if (!k) return adaptive_kernel_size(channels);
  if (*k < 1 || *k % 2 == 0) throw Error("eca: k = " + std::to_string(*k) + ", expected an odd number");
  return *k;
}

ECA::ECA(int64_t channels, std::optional<int64_t> k)
    : conv_(add_child<Conv1d>("conv", kernel_size(channels, k))) {}

Tensor ECA::gate(const Tensor& y) { return sigmoid(conv_(y)); }

}  // namespace eca
