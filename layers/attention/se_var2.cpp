// SE-Var2: a diagonal matrix, one weight a channel.
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(w[c] y[n,c])        x,out (N,H,W,C)   y = GAP(x) (N,C)   w (C)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 4 and table 2.  The paper says nothing of initial values; uniform in
// [-1, 1) is what PyTorch gives a depthwise convolution of one weight.
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/channel_affine.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

class SEVar2 : public ChannelGate {
 public:
  explicit SEVar2(int64_t channels) {
    const Init init = {Init::Kind::uniform, 1};
    weight_ = add_parameter("weight", {channels}, init, FileLayout::same, /*decay=*/false);
  }
  Tensor gate(const Tensor& y) override { return sigmoid(channel_affine(y, weight_)); }

 private:
  Tensor weight_;
};

AttentionKind se_var2_kind() {
  return {.name = "se_var2",
          .description = "SE-Var2, one weight a channel",
          .options = {},
          .make = make_plain<SEVar2>};
}

}  // namespace eca
