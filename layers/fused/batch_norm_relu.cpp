// Batch norm and ReLU as one op.
//   z  = gamma * (x - mean) / sqrt(var + eps) + beta
//   y  = max(z, 0)                                                x, y (N,H,W,C)   the others (C)
// and backward
//   g  = dy where z > 0, else 0
//   dx, dgamma, dbeta = batch norm's backward of g
// Derivation: docs/derivations/fused.md
// Saves: x, gamma and beta (shared storage, no copy), mean and inv_std (C values each). Not y: the sign of z is worked out
// from x again.
#include "layers/fused/batch_norm_relu.hpp"

#include "core/base/scope.hpp"
#include "core/kernels/fused/batch_norm_relu.hpp"
#include "layers/fused/affine.hpp"

namespace eca {

struct BatchNormReluBackward final : Node {
  Saved x, gamma, beta, mean, inv_std;
  bool training;
  BatchNormReluBackward(const Tensor& x_in, const BatchNormValues& n)
      : Node({x_in, n.gamma, n.beta}),
        x(x_in),
        gamma(n.gamma),
        beta(n.beta),
        mean(n.mean),
        inv_std(n.inv_std),
        training(n.training) {}
  const char* name() const override { return "BatchNormReluBackward"; }
  std::vector<NamedSaved> saved_tensors() const override {
    return {{"x", x}, {"gamma", gamma}, {"beta", beta}, {"mean", mean}, {"inv_std", inv_std}};
  }
  Tensor unstored_output() const override;
  void backward(const Tensor& dy) override;

  kernels::BatchNormChannels channels() const {
    return {mean.data(), inv_std.data(), gamma.data(), beta.data()};
  }
};

Tensor batch_norm_relu(BatchNorm2d& bn, const Tensor& x, const ImageMoments& moments) {
  const Scope scope(bn.name());
  return batch_norm_relu(x, bn.values(x, moments));
}

Tensor batch_norm_relu(const Tensor& x, const BatchNormValues& n) {
  Tensor y = Tensor::empty(x.shape());
  const int64_t C = x.dim(3), R = x.numel() / C;
  kernels::batch_norm_relu_forward(y.data(), x.data(), n.channels(), R, C);
  return record<BatchNormReluBackward>(y, x, n);
}

UnstoredRelu batch_norm_relu_unstored(const Tensor& x, const BatchNormValues& n) {
  const auto [scale, offset] = affine(n);
  return {record<BatchNormReluBackward>(Tensor::unstored(x.shape()), x, n), x, scale, offset};
}

Tensor BatchNormReluBackward::unstored_output() const {
  Tensor y = Tensor::empty(x.shape());
  const int64_t C = x.dim(3), R = x.numel() / C;
  kernels::batch_norm_relu_forward(y.data(), x.data(), channels(), R, C);
  return y;
}

void BatchNormReluBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  const kernels::BatchNormChannels ch = channels();
  Tensor sum_g = Tensor::empty({C}), sum_g_xhat = Tensor::empty({C});
  kernels::batch_norm_relu_sums(sum_g.data(), sum_g_xhat.data(), dy.data(), x.data(), ch, N, HW, C);
  if (GradSlot dx = grad_slot_over(0, dy)) {
    kernels::batch_norm_relu_dx(dx, dy.data(), x.data(), ch, training ? sum_g.data() : nullptr,
                                training ? sum_g_xhat.data() : nullptr, N, HW, C);
  }
  pass_grad(1, sum_g_xhat);  // dgamma
  pass_grad(2, sum_g);       // dbeta
}

}  // namespace eca
