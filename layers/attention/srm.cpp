// Style-based recalibration module.
//   z[n,c] = w[c,0] mean[n,c] + w[c,1] sd[n,c]        out = x * sigmoid(BN(z))
// The batch norm runs over the batch alone. w starts at 0.
// Source: Lee et al., arXiv 1903.10829v1, eqs. 1 to 5; names as in models/recalibration_modules.py of their
// code.  Deviates: sd = sqrt(var + 1e-5), theirs has no eps and no gradient where a channel is constant.
// Derivation: docs/derivations/attention.md
#include "layers/attention/srm.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_statistics.hpp"
#include "core/ops/reshape.hpp"
#include "layers/activations.hpp"
#include "layers/attention/ops/channel_rows.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

//   u[2c] = mean    u[2c+1] = sd        dx = du[2c] / HW + du[2c+1] (x - mean) / ((HW-1) sd)
struct MeanStdPoolBackward final : Node {
  Saved x, u;
  MeanStdPoolBackward(const Tensor& x_in, const Tensor& u_in) : Node({x_in}), x(x_in), u(u_in) {}
  const char* name() const override { return "MeanStdPoolBackward"; }
  void backward(const Tensor& du) override;
};

Tensor mean_std_pool(const Tensor& x, double eps) {
  check_rank("mean_std_pool", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (HW < 2) {
    shape_error("mean_std_pool", "a standard deviation needs more than one pixel", {{"x", x, "N,H,W,C"}});
  }
  Tensor u = Tensor::empty({N, 2 * C});
  kernels::mean_std_pool_forward(u.data(), x.data(), eps, N, HW, C);
  return record<MeanStdPoolBackward>(u, x, u);
}

void MeanStdPoolBackward::backward(const Tensor& du) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::mean_std_pool_dx(dx, du.data(), x.data(), u.data(), N, HW, C);
}

static constexpr double kEps = 1e-5;

SRM::SRM(int64_t channels)
    : first_(own_windows(channels, 2)),
      cfc_(add_parameter("cfc", {channels, 2}, {Init::Kind::constant, 0}, FileLayout::same,
                         /*decay=*/false)),
      bn_(add_child<BatchNorm2d>("bn", channels)) {}

Tensor SRM::forward(const Tensor& x) {
  const int64_t N = x.dim(0), C = x.dim(-1);
  const Tensor z = channel_rows(mean_std_pool(x, kEps), cfc_, first_);
  const Tensor normalised = bn_(reshape(z, {N, 1, 1, C}));
  return scale_channels(x, sigmoid(reshape(normalised, {N, C})));
}

}  // namespace eca
