// Gated channel transformation.
//   e  [n,c] = alpha[c] * sqrt(sum_hw x[n,h,w,c]^2 + eps)        how long a channel is
//   u  [n,c] = e[n,c] / sqrt(1/C sum_c e[n,c]^2 + eps)           compared with the others
//   out      = x * (1 + tanh(gamma[c] u[n,c] + beta[c]))
// alpha starts at 1, gamma and beta at 0: the gate at 1.  eps = 1e-5.
// The gate is computed as 2 sigmoid(2z), which is 1 + tanh(z).
// Source: Yang et al., arXiv 1909.11519v2, eqs. 2, 4, 5; names, eps and layout as in PyTorch/GCT.py of their
// code.  Derivation: docs/derivations/attention.md
#include "layers/attention/gct.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_attention.hpp"
#include "core/kernels/attention/channel_statistics.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/ops/channel_affine.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

//   y = sqrt(sum_hw x^2 + eps)        dx = dy * x / y
struct L2PoolBackward final : Node {
  Saved x, y;
  L2PoolBackward(const Tensor& x_in, const Tensor& y_in) : Node({x_in}), x(x_in), y(y_in) {}
  const char* name() const override { return "L2PoolBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor l2_pool(const Tensor& x, double eps) {
  check_rank("l2_pool", "x", x, "N,H,W,C");
  Tensor y = Tensor::empty({x.dim(0), x.dim(3)});
  kernels::l2_pool_forward(y.data(), x.data(), eps, x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  return record<L2PoolBackward>(y, x, y);
}

void L2PoolBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::l2_pool_dx(dx, dy.data(), x.data(), y.data(), N, HW, C);
}

//   u = e r    r = 1 / sqrt(mean_c e^2 + eps)        de = r (du - u mean_c(du u))
struct RmsNormaliseBackward final : Node {
  Saved u, r;
  RmsNormaliseBackward(const Tensor& e, const Tensor& u_in, const Tensor& r_in)
      : Node({e}), u(u_in), r(r_in) {}
  const char* name() const override { return "RmsNormaliseBackward"; }
  void backward(const Tensor& du) override;
};

Tensor rms_normalise(const Tensor& e, double eps) {
  check_rank("rms_normalise", "e", e, "N,C");
  Tensor u = Tensor::empty(e.shape()), r = Tensor::empty({e.dim(0)});
  kernels::rms_normalise_forward(u.data(), r.data(), e.data(), eps, e.dim(0), e.dim(1));
  return record<RmsNormaliseBackward>(u, e, u, r);
}

void RmsNormaliseBackward::backward(const Tensor& du) {
  if (GradSlot de = grad_slot(0)) {
    kernels::rms_normalise_de(de, du.data(), u.data(), r.data(), u.dim(0), u.dim(1));
  }
}

static constexpr double kEps = 1e-5;

GCT::GCT(int64_t channels) {
  const auto constant = [](double value) { return Init{Init::Kind::constant, value}; };
  alpha_ = add_parameter("alpha", {channels}, constant(1), FileLayout::channel, /*decay=*/false);
  gamma_ = add_parameter("gamma", {channels}, constant(0), FileLayout::channel, /*decay=*/false);
  beta_ = add_parameter("beta", {channels}, constant(0), FileLayout::channel, /*decay=*/false);
}

Tensor GCT::forward(const Tensor& x) {
  const Tensor e = channel_affine(l2_pool(x, kEps), alpha_);
  const Tensor z = channel_affine(rms_normalise(e, kEps), gamma_, beta_);
  return scale_channels(x, scale(sigmoid(scale(z, 2)), 2));
}

}  // namespace eca
