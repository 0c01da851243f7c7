// Efficient channel attention.
//   y  [n,c]     = 1/(H*W) sum_hw x[n,h,w,c]                      squeeze
//   z  [n,c]     = sum_{j<k} w[j] y[n,c+j-p]      p = (k-1)/2     one small kernel slides over the channels
//   s  [n,c]     = sigmoid(z[n,c])
//   out[n,h,w,c] = x[n,h,w,c] * s[n,c]                            x,out (N,H,W,C)   y,z,s (N,C)   w (k)
// A composition: each op brings its own backward.  Derivation: docs/book/05_channel_attention.md
// Source: ECA-Net, arXiv 1910.03151v4, eqs. 8, 9 and 12, and models/eca_module.py of its official code.
// Deviates from the paper's text, as the official code does: the window is centred, where eq. 6 starts it on the
// diagonal, and zeros pad both ends.
#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

class ECA : public ChannelGate {
 public:
  explicit ECA(int64_t k) : conv_(add_child<ChannelConv1d>("conv", k)) {}
  Tensor gate(const Tensor& y) override { return sigmoid(conv_(y)); }

 private:
  ChannelConv1d& conv_;
};

static std::unique_ptr<Module> make_eca(AttentionOptions& options, int64_t channels) {
  if (options.word("k") != "adaptive" && (options.is_written("gamma") || options.is_written("b"))) {
    throw Error("eca: k = " + options.word("k") +
                " and also gamma or b, which choose k; expected one of them");
  }
  const AdaptiveRule rule = {.gamma = options.integer("gamma"), .b = options.integer("b")};
  return std::make_unique<ECA>(kernel_size(options, channels, rule));
}

AttentionKind eca_kind() {
  const AdaptiveRule paper;
  return {.name = "eca",
          .description = "efficient channel attention, arXiv 1910.03151",
          .options = {kernel_size_option(),
                      {"gamma", "N", std::to_string(paper.gamma), "of the rule for adaptive k"},
                      {"b", "N", std::to_string(paper.b), "of the rule for adaptive k"}},
          .make = make_eca};
}

}  // namespace eca
