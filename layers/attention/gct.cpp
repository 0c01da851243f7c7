// Gated channel transformation: channels compete through their lengths.
//   e  [n,c]     = alpha[c] * sqrt(sum_hw x[n,h,w,c]^2 + eps)        how long a channel is
//   u  [n,c]     = e[n,c] / sqrt(1/C sum_c e[n,c]^2 + eps)           compared with the others
//   z  [n,c]     = gamma[c] u[n,c] + beta[c]
//   out[n,h,w,c] = x[n,h,w,c] * (1 + tanh(z[n,c]))                   x,out (N,H,W,C)   e,u,z (N,C)
// alpha (C) starts at 1, gamma and beta (C) at 0: every gate at 1, the identity.  eps = 1e-5.
// The gate is computed as 2 sigmoid(2z), which is 1 + tanh(z).
// Source: Yang et al., arXiv 1909.11519v2, eqs. 2, 4, 5; names, eps and layout as in PyTorch/GCT.py of their code.
// Derivation: docs/derivations/attention.md
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/channel_affine.hpp"
#include "layers/attention/ops/channel_pools.hpp"
#include "layers/attention/ops/rms_normalise.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

class GCT : public Module {
 public:
  explicit GCT(int64_t channels) {
    const auto constant = [](double value) { return Init{Init::Kind::constant, value}; };
    alpha_ = add_parameter("alpha", {channels}, constant(1), FileLayout::channel, /*decay=*/false);
    gamma_ = add_parameter("gamma", {channels}, constant(0), FileLayout::channel, /*decay=*/false);
    beta_ = add_parameter("beta", {channels}, constant(0), FileLayout::channel, /*decay=*/false);
  }

  Tensor forward(const Tensor& x) override {
    const Tensor e = channel_affine(l2_pool(x, kEps), alpha_);
    const Tensor z = channel_affine(rms_normalise(e, kEps), gamma_, beta_);
    return scale_channels(x, scale(sigmoid(scale(z, 2)), 2));
  }

 private:
  static constexpr double kEps = 1e-5;
  Tensor alpha_, gamma_, beta_;
};

AttentionKind gct_kind() {
  return {.name = "gct",
          .description = "gated channel transformation, arXiv 1909.11519",
          .options = {},
          .make = make_plain<GCT>};
}

}  // namespace eca
