// SE-Var3: a full matrix, every channel looks at every other. SE without its bottleneck.
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(z[n,c])        x,out (N,H,W,C)
//   z  [n]       = W y[n]                              y = GAP(x), z (N,C)   W (C,C)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 4 and table 2.
// Deviates: eq. 4 prints the last row of W as if W were symmetric; the parameter count C^2 says full.
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/channel_gate.hpp"
#include "layers/linear.hpp"

namespace eca {

class SEVar3 : public ChannelGate {
 public:
  explicit SEVar3(int64_t channels) : fc_(add_child<Linear>("fc", channels, channels, /*bias=*/false)) {}
  Tensor gate(const Tensor& y) override { return sigmoid(fc_(y)); }

 private:
  Linear& fc_;
};

AttentionKind se_var3_kind() {
  return {
      .name = "se_var3", .description = "SE-Var3, a full matrix", .options = {}, .make = make_plain<SEVar3>};
}

}  // namespace eca
