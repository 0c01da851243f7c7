// Squeeze-and-excitation.
//   y  [n,c]     = 1/(H*W) sum_hw x[n,h,w,c]
//   s  [n]       = sigmoid(W2 relu(W1 y[n] + b1) + b2)       max(1, C/r) hidden units, b only with bias=true
//   out[n,h,w,c] = x[n,h,w,c] * s[n,c]                       x,out (N,H,W,C)   y,s (N,C)
// A composition: each op brings its own backward.  Derivation: docs/book/05_channel_attention.md
// Source: Hu et al., arXiv 1709.01507v4, eqs. 2 to 4. The ECA paper counts SE without biases.
#include <algorithm>

#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/channel_gate.hpp"
#include "layers/linear.hpp"

namespace eca {

class SE : public ChannelGate {
 public:
  SE(int64_t channels, int64_t hidden, bool bias)
      : fc_(add_child<Excitation>("fc", channels, hidden, bias)) {}
  Tensor gate(const Tensor& y) override { return fc_(y); }

 private:
  // PyTorch implementations have fc = Sequential(Linear, ReLU, Linear, Sigmoid), so fc.0 and fc.2 own weights.
  struct Excitation : Module {
    Linear &squeeze, &excite;
    Excitation(int64_t channels, int64_t hidden, bool bias)
        : squeeze(add_child<Linear>("0", channels, hidden, bias)),
          excite(add_child<Linear>("2", hidden, channels, bias)) {}
    Tensor forward(const Tensor& y) override { return sigmoid(excite(relu(squeeze(y)))); }
  };
  Excitation& fc_;
};

static std::unique_ptr<Module> make_se(AttentionOptions& options, int64_t channels) {
  const int64_t hidden = std::max<int64_t>(1, channels / options.at_least("r", 1));
  return std::make_unique<SE>(channels, hidden, options.boolean("bias"));
}

AttentionKind se_kind() {
  return {.name = "se",
          .description = "squeeze-and-excitation, arXiv 1709.01507",
          .options = {{"r", "N", "16", "C/r hidden units, at least 1"},
                      {"bias", "true|false", "false", "biases of both matrices"}},
          .make = make_se};
}

}  // namespace eca
