// SE-Var1: each channel weighs itself, without weights.
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(y[n,c])        x,out (N,H,W,C)   y = GAP(x) (N,C)
// Source: ECA-Net, arXiv 1910.03151v4, table 2.
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

class SEVar1 : public ChannelGate {
 public:
  Tensor gate(const Tensor& y) override { return sigmoid(y); }
};

static std::unique_ptr<Module> make_se_var1(AttentionOptions&, int64_t) { return std::make_unique<SEVar1>(); }

AttentionKind se_var1_kind() {
  return {.name = "se_var1",
          .description = "SE-Var1, each channel by itself, no weights",
          .options = {},
          .make = make_se_var1};
}

}  // namespace eca
