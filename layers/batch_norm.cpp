// Batch normalisation. With sums over the R = N*H*W values of a channel c,
//   mean [c] = 1/R sum x
//   var  [c] = 1/R sum (x - mean)^2
//   x_hat    = (x - mean) / sqrt(var + eps)
//   y        = gamma * x_hat + beta                                        x, y (N,H,W,C)   the others (C)
// and backward
//   dbeta    = sum dy
//   dgamma   = sum dy * x_hat
//   dx       = gamma / sqrt(var + eps) * (dy - dbeta/R - x_hat * dgamma/R)
// In evaluation mean and var are the running ones, which do not depend on x: dx has its first term alone.
// Semantics are PyTorch's: the biased variance normalises, the unbiased one, R/(R-1) var, enters the running estimate.
// Source: Ioffe and Szegedy, arXiv 1502.03167v3, algorithm 1.  Derivation: docs/book/03_batch_norm.md
// Saves: x and gamma (shared storage, no copy), mean and inv_std (C values each).
#include "layers/batch_norm.hpp"

#include "core/autograd/check.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/batch_norm/channel_values.hpp"
#include "core/kernels/batch_norm/moments.hpp"
#include "core/parallel/leaves.hpp"

namespace eca {

struct BatchNormBackward final : Node {
  Saved x, gamma, mean, inv_std;
  bool training;
  BatchNormBackward(const Tensor& x_in, const BatchNormValues& n)
      : Node({x_in, n.gamma, n.beta}),
        x(x_in),
        gamma(n.gamma),
        mean(n.mean),
        inv_std(n.inv_std),
        training(n.training) {}
  const char* name() const override { return "BatchNormBackward"; }
  std::vector<NamedSaved> saved_tensors() const override {
    return {{"x", x}, {"gamma", gamma}, {"mean", mean}, {"inv_std", inv_std}};
  }
  void backward(const Tensor& dy) override;
};

static void check_batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                             const Tensor& running_mean, const Tensor& running_var) {
  check_rank("batch_norm", "x", x, "N,H,W,C");
  if (x.dim(3) == 0) shape_error("batch_norm", "x has no channels", {{"x", x, "N,H,W,C", "C = 0"}});
  const Shape channels = {x.dim(3)};
  const auto check_channels = [&](const char* role, const Tensor& t) {
    if (t.defined() && t.shape() == channels) return;
    shape_error("batch_norm", "channels of x do not match " + std::string(role),
                {{"x", x, "N,H,W,C", "C = " + std::to_string(x.dim(3))}, {role, t, "C"}});
  };
  check_channels("gamma", gamma);
  check_channels("beta", beta);
  check_channels("running_mean", running_mean);
  check_channels("running_var", running_var);
}

static Tensor inverse_std(const Tensor& var, double eps) {
  Tensor inv_std = Tensor::empty(var.shape());
  kernels::inverse_std(inv_std.data(), var.data(), eps, var.numel());
  return inv_std;
}

static BatchNormValues batch_statistics(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                        Tensor& running_mean, Tensor& running_var, BatchNormOptions options,
                                        ImageMoments moments) {
  check_batch_norm(x, gamma, beta, running_mean, running_var);
  const int64_t N = x.dim(0), C = x.dim(3), HW = x.dim(1) * x.dim(2), R = whole_batch(N) * HW;
  if (R < 2) {
    shape_error("batch_norm", "training needs more than one value per channel",
                {{"x", x, "N,H,W,C", "N*H*W = " + std::to_string(R)}});
  }
  if (!moments.known()) moments = image_moments(x);
  Tensor mean = Tensor::empty({C}), var = Tensor::empty({C});
  kernels::join_moments(mean.data(), var.data(), moments.mean.data(), moments.squares.data(), N, HW, C);
  // write_in_place: an evaluation on the tape may have saved them.
  const double unbiased = static_cast<double>(R) / static_cast<double>(R - 1);
  kernels::update_running(running_mean.write_in_place(), mean.data(), options.momentum, 1, C);
  kernels::update_running(running_var.write_in_place(), var.data(), options.momentum, unbiased, C);
  return {gamma, beta, mean, inverse_std(var, options.eps), /*training=*/true};
}

static Tensor batch_norm(const Tensor& x, const BatchNormValues& n) {
  Tensor y = Tensor::empty(x.shape());
  const int64_t C = x.dim(3), R = x.numel() / C;
  kernels::batch_norm_apply(y.data(), x.data(), n.channels(), R, C);
  return record<BatchNormBackward>(y, x, n);
}

Tensor batch_norm_train(const Tensor& x, const Tensor& gamma, const Tensor& beta, Tensor& running_mean,
                        Tensor& running_var, BatchNormOptions options) {
  return batch_norm(x, batch_statistics(x, gamma, beta, running_mean, running_var, options, {}));
}

Tensor batch_norm_eval(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                       const Tensor& running_var, BatchNormOptions options) {
  check_batch_norm(x, gamma, beta, running_mean, running_var);
  return batch_norm(x, {gamma, beta, running_mean, inverse_std(running_var, options.eps)});
}

void BatchNormBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  const kernels::BatchNormChannels ch = {mean.data(), inv_std.data(), gamma.data(), nullptr};
  Tensor sum_dy = Tensor::empty({C}), sum_dy_xhat = Tensor::empty({C});
  kernels::batch_norm_sums(sum_dy.data(), sum_dy_xhat.data(), dy.data(), x.data(), ch, N, HW, C);
  if (GradSlot dx = grad_slot_over(0, dy)) {
    kernels::batch_norm_dx(dx, dy.data(), x.data(), ch, training ? sum_dy.data() : nullptr,
                           training ? sum_dy_xhat.data() : nullptr, N, HW, C);
  }
  pass_grad(1, sum_dy_xhat);  // dgamma
  pass_grad(2, sum_dy);       // dbeta
}

BatchNorm2d::BatchNorm2d(int64_t channels, BatchNormOptions options) : options_(options) {
  gamma_ = add_parameter("weight", {channels}, {Init::Kind::constant, 1}, FileLayout::same, /*decay=*/false);
  beta_ = add_parameter("bias", {channels}, {Init::Kind::constant, 0}, FileLayout::same, /*decay=*/false);
  running_mean_ = add_buffer("running_mean", {channels}, 0);
  running_var_ = add_buffer("running_var", {channels}, 1);
  num_batches_tracked_ = add_buffer("num_batches_tracked", {1}, 0, FileLayout::counter);
}

BatchNormValues BatchNorm2d::values(const Tensor& x, const ImageMoments& moments) {
  if (!training()) {
    check_batch_norm(x, gamma_, beta_, running_mean_, running_var_);
    return running_values();
  }
  const BatchNormValues n =
      batch_statistics(x, gamma_, beta_, running_mean_, running_var_, options_, moments);
  kernels::count_batch(num_batches_tracked_.data());
  return n;
}

BatchNormValues BatchNorm2d::running_values() const {
  return {gamma_, beta_, running_mean_, inverse_std(running_var_, options_.eps)};
}

Tensor BatchNorm2d::forward(const Tensor& x) { return batch_norm(x, values(x)); }

Tensor BatchNorm2d::with_moments(const Tensor& x, const ImageMoments& moments) {
  const Scope scope(name());
  return batch_norm(x, values(x, moments));
}

}  // namespace eca
