// ECA-NS, "non-shared": a band matrix, each channel with k weights of its own.
//   z  [n,c]     = sum_{j<k} w[c,j] y[n,c+j-p]       p = (k-1)/2
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(z[n,c])      x,out (N,H,W,C)   y = GAP(x), z (N,C)   w (C,k)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 7, and models/eca_ns.py of its official code.
// Deviates from the paper's text, as the official code does: the window is centred, zeros pad both ends.
#include <cmath>

#include "layers/activations.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/attention/ops/channel_rows.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

class ECANS : public ChannelGate {
 public:
  ECANS(int64_t channels, int64_t k) : conv_(add_child<Conv>("conv", channels, k)) {}
  Tensor gate(const Tensor& y) override { return sigmoid(conv_(y)); }

 private:
  // Named and laid out in files as the depthwise Conv1d of the official code, with PyTorch's initial values.
  struct Conv : Module {
    std::vector<int64_t> first;
    Tensor weight;  // (C,k)
    Conv(int64_t channels, int64_t k) : first(band_windows(channels, k)) {
      const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(k))};
      weight = add_parameter("weight", {channels, k}, init, FileLayout::depthwise1d, /*decay=*/false);
    }
    Tensor forward(const Tensor& y) override { return channel_rows(y, weight, first); }
  };
  Conv& conv_;
};

static std::unique_ptr<Module> make_eca_ns(AttentionOptions& options, int64_t channels) {
  return std::make_unique<ECANS>(channels, kernel_size(options, channels));
}

AttentionKind eca_ns_kind() {
  return {.name = "eca_ns",
          .description = "ECA-NS, each channel with k weights of its own",
          .options = {kernel_size_option()},
          .make = make_eca_ns};
}

}  // namespace eca
