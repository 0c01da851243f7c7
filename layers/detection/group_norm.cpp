// Group normalisation. Over the M = H*W*C/G values of image n in group g,
//   x_hat  = (x - mean) / sqrt(var + eps)
//   y      = gamma * x_hat + beta                           x, y (N,H,W,C)   gamma, beta (C)   mean, var (N,G)
// and backward
//   dbeta  = sum dy                                         over all images
//   dgamma = sum dy * x_hat
//   dx     = 1 / sqrt(var + eps) * (gamma * dy - 1/M sum gamma * dy - x_hat * 1/M sum gamma * dy * x_hat)     over the group
// Source: Wu and He, arXiv 1803.08494v3.  Derivation: docs/derivations/detection.md
// Saves: x and gamma (shared storage, no copy), mean and inv_std (N*G values each).
#include "layers/detection/group_norm.hpp"

#include "core/autograd/check.hpp"
#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/kernels/batch_norm/group_norm.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

struct GroupNormBackward final : Node {
  Saved x, gamma, mean, inv_std;
  GroupNormBackward(const Tensor& x_in, const Tensor& gamma_in, const Tensor& beta, const Tensor& mean_in,
                    const Tensor& inv_std_in)
      : Node({x_in, gamma_in, beta}), x(x_in), gamma(gamma_in), mean(mean_in), inv_std(inv_std_in) {}
  const char* name() const override { return "GroupNormBackward"; }
  std::vector<NamedSaved> saved_tensors() const override {
    return {{"x", x}, {"gamma", gamma}, {"mean", mean}, {"inv_std", inv_std}};
  }
  void backward(const Tensor& dy) override;
};

static kernels::GroupNormShape group_norm_shape(const Shape& x, int64_t groups) {
  return {.N = x.dim(0), .HW = x.dim(1) * x.dim(2), .C = x.dim(3), .G = groups};
}

static std::string divided(int64_t channels, int64_t groups) {
  return std::to_string(channels) + " channels in " + std::to_string(groups) + " groups of one size";
}

static void check_group_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, int64_t groups) {
  check_rank("group_norm", "x", x, "N,H,W,C");
  const int64_t C = x.dim(3);
  if (groups < 1 || C == 0 || C % groups != 0) {
    shape_error("group_norm", "there are no " + divided(C, groups), {{"x", x, "N,H,W,C"}});
  }
  const auto check_channels = [&](const char* role, const Tensor& t) {
    if (t.defined() && t.shape() == Shape{C}) return;
    shape_error("group_norm", "channels of x do not match " + std::string(role),
                {{"x", x, "N,H,W,C", "C = " + std::to_string(C)}, {role, t, "C"}});
  };
  check_channels("gamma", gamma);
  check_channels("beta", beta);
  if (group_norm_shape(x.shape(), groups).values() < 2)
    shape_error("group_norm", "needs more than one value per group", {{"x", x, "N,H,W,C"}});
}

Tensor group_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, int64_t groups, double eps) {
  check_group_norm(x, gamma, beta, groups);
  const kernels::GroupNormShape s = group_norm_shape(x.shape(), groups);
  Tensor mean = Tensor::empty({s.N, s.G}), inv_std = Tensor::empty({s.N, s.G}), y = Tensor::empty(x.shape());
  kernels::group_norm_moments(mean.data(), inv_std.data(), x.data(), eps, s);
  kernels::group_norm_forward(y.data(), x.data(), {mean.data(), inv_std.data(), gamma.data(), beta.data()},
                              s);
  return record<GroupNormBackward>(y, x, gamma, beta, mean, inv_std);
}

void GroupNormBackward::backward(const Tensor& dy) {
  const kernels::GroupNormShape s = group_norm_shape(x.shape(), mean.dim(1));
  const kernels::GroupNormValues values = {mean.data(), inv_std.data(), gamma.data(), nullptr};
  Tensor sum_dy = Tensor::empty({s.N, s.C}), sum_dy_xhat = Tensor::empty({s.N, s.C});
  kernels::group_norm_sums(sum_dy.data(), sum_dy_xhat.data(), dy.data(), x.data(), values, s);
  if (GradSlot dx = grad_slot(0)) {
    kernels::group_norm_dx(dx, dy.data(), x.data(), values, sum_dy.data(), sum_dy_xhat.data(), s);
  }
  if (GradSlot dgamma = batch_sum_slot(1)) kernels::column_sums(dgamma, sum_dy_xhat.data(), s.N, 1, s.C);
  if (GradSlot dbeta = batch_sum_slot(2)) kernels::column_sums(dbeta, sum_dy.data(), s.N, 1, s.C);
}

GroupNorm::GroupNorm(int64_t groups, int64_t channels) : groups_(groups) {
  if (groups < 1 || channels % groups != 0)
    throw Error("group_norm: there are no " + divided(channels, groups));
  gamma_ = add_parameter("weight", {channels}, {Init::Kind::constant, 1}, FileLayout::same, /*decay=*/false);
  beta_ = add_parameter("bias", {channels}, {Init::Kind::constant, 0}, FileLayout::same, /*decay=*/false);
}

Tensor GroupNorm::forward(const Tensor& x) { return group_norm(x, gamma_, beta_, groups_); }

}  // namespace eca
