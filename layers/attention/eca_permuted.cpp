// ECA in an order of channels drawn by lot: a control for whether neighbourhood means anything.
//   u  [n,i]        = y[n,order[i]]                       the channels in their drawn order
//   v  [n,i]        = sum_{j<k} w[j] u[n,i+j-p]           p = (k-1)/2, zeros beyond both ends
//   z  [n,order[i]] = v[n,i]                              each result back to its channel
//   out[n,h,w,c]    = x[n,h,w,c] * sigmoid(z[n,c])        x,out (N,H,W,C)   y = GAP(x), u,v,z (N,C)   w (k)
// So channel order[i] still looks at itself through w[p]; only its neighbours, order[i-1] and order[i+1], are
// others than in ECA. Trained from the start the network can adapt to either order.
//
// `order` is a shuffle drawn from Random(seed, Purpose::init, 0, hash of the buffer's path): every block has an
// order of its own, for one order throughout a stage would be ECA with its channels renamed. It is saved with the
// weights.
// Source: a control of this project's own; ECA itself is arXiv 1910.03151v4, eq. 9.
#include "layers/activations.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/attention/ops/permute_channels.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

class ECAPermuted : public ChannelGate {
 public:
  ECAPermuted(int64_t channels, int64_t k)
      : conv_(add_child<ChannelConv1d>("conv", k)),
        order_(add_drawn_buffer("order", {channels}, {Init::Kind::permutation})) {}

  Tensor gate(const Tensor& y) override {
    std::vector<int64_t> order, back(static_cast<size_t>(order_.numel()));
    for (const real c : order_.values()) order.push_back(static_cast<int64_t>(c));
    const Tensor u = permute_channels(y, order);
    for (size_t i = 0; i < order.size(); ++i) back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    return sigmoid(permute_channels(conv_(u), back));
  }

 private:
  ChannelConv1d& conv_;
  Tensor order_;
};

static std::unique_ptr<Module> make_eca_permuted(AttentionOptions& options, int64_t channels) {
  return std::make_unique<ECAPermuted>(channels, kernel_size(options, channels));
}

AttentionKind eca_permuted_kind() {
  return {.name = "eca_permuted",
          .description = "ECA among neighbours drawn by lot, a control",
          .options = {kernel_size_option()},
          .make = make_eca_permuted};
}

}  // namespace eca
