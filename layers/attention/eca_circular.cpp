// ECA without ends.
//   z  [n,c]     = sum_{j<k} w[j] y[n, (c + j - p) mod C]      p = (k-1)/2
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(z[n,c])                x,out (N,H,W,C)   y = GAP(x), z (N,C)   w (k)
// The order of channels means nothing, so it has no ends either, at which ECA would see zeros.
// Source: CECA of timm (pytorch-image-models, pull request 82); a variant of arXiv 1910.03151v4, eq. 9.
// Deviates: the window may be wider than C, and then goes round more than once.
#include "layers/activations.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

class ECACircular : public ChannelGate {
 public:
  explicit ECACircular(int64_t k) : conv_(add_child<ChannelConv1d>("conv", k, Ends::circular)) {}
  Tensor gate(const Tensor& y) override { return sigmoid(conv_(y)); }

 private:
  ChannelConv1d& conv_;
};

static std::unique_ptr<Module> make_eca_circular(AttentionOptions& options, int64_t channels) {
  return std::make_unique<ECACircular>(kernel_size(options, channels));
}

AttentionKind eca_circular_kind() {
  return {.name = "eca_circular",
          .description = "ECA with the channels on a circle",
          .options = {kernel_size_option()},
          .make = make_eca_circular};
}

}  // namespace eca
