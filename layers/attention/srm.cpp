// Style-based recalibration module: each channel is weighed by its own mean and spread.
//   z  [n,c]     = w[c,0] mean[n,c] + w[c,1] sd[n,c]        mean and sd over the pixels; var divides by H*W-1
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(BN(z)[n,c])         x,out (N,H,W,C)   mean,sd,z (N,C)   w (C,2)
// The batch norm runs over the batch alone. w starts at 0, and with it every gate at 1/2.
// Source: Lee et al., arXiv 1903.10829v1, eqs. 1 to 5; names as in models/recalibration_modules.py of their code.
// Deviates: sd = sqrt(var + 1e-5); theirs has no eps, and no gradient where a channel is constant.
// Derivation: docs/derivations/attention.md
#include "core/ops/reshape.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/channel_pools.hpp"
#include "layers/attention/ops/channel_rows.hpp"
#include "layers/batch_norm.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

class SRM : public Module {
 public:
  explicit SRM(int64_t channels)
      : first_(own_windows(channels, 2)),
        cfc_(add_parameter("cfc", {channels, 2}, {Init::Kind::constant, 0}, FileLayout::same,
                           /*decay=*/false)),
        bn_(add_child<BatchNorm2d>("bn", channels)) {}

  Tensor forward(const Tensor& x) override {
    const int64_t N = x.dim(0), C = x.dim(-1);
    const Tensor z = channel_rows(mean_std_pool(x, kEps), cfc_, first_);
    const Tensor normalised = bn_(reshape(z, {N, 1, 1, C}));
    return scale_channels(x, sigmoid(reshape(normalised, {N, C})));
  }

 private:
  static constexpr double kEps = 1e-5;
  std::vector<int64_t> first_;
  Tensor cfc_;  // (C,2)
  BatchNorm2d& bn_;
};

AttentionKind srm_kind() {
  return {.name = "srm",
          .description = "style-based recalibration, arXiv 1903.10829",
          .options = {},
          .make = make_plain<SRM>};
}

}  // namespace eca
