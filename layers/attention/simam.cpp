// SimAM, attention without parameters.
//   d = x - mean_hw x        v = 1/(HW-1) sum_hw d^2 + lambda        e = d^2 / (4 v) + 1/2
//   out = x * sigmoid(e)
//   dx = (d (de - A / ((HW-1) v)) - B / HW) / (2 v)        A = sum_hw de d^2    B = sum_hw de d
// Source: Yang et al., ICML 2021, eq. 5, and their code.  Derivation: docs/derivations/attention.md
// Saves: x, and mean and v (N,C).
#include "layers/attention/simam.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_statistics.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"

namespace eca {

struct SimamEnergyBackward final : Node {
  Saved x, mean, v;
  SimamEnergyBackward(const Tensor& x_in, const Tensor& mean_in, const Tensor& v_in)
      : Node({x_in}), x(x_in), mean(mean_in), v(v_in) {}
  const char* name() const override { return "SimamEnergyBackward"; }
  void backward(const Tensor& de) override;
};

Tensor simam_energy(const Tensor& x, double lambda) {
  check_rank("simam_energy", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (HW < 2) shape_error("simam_energy", "a variance needs more than one pixel", {{"x", x, "N,H,W,C"}});
  Tensor e = Tensor::empty(x.shape()), mean = Tensor::empty({N, C}), v = Tensor::empty({N, C});
  kernels::simam_energy_forward(e.data(), mean.data(), v.data(), x.data(), lambda, N, HW, C);
  return record<SimamEnergyBackward>(e, x, mean, v);
}

void SimamEnergyBackward::backward(const Tensor& de) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) {
    kernels::simam_energy_dx(dx, de.data(), x.data(), mean.data(), v.data(), N, HW, C);
  }
}

SimAM::SimAM(double lambda) : lambda_(lambda) {
  if (!(lambda > 0)) throw Error("simam: lambda = " + std::to_string(lambda) + ", expected above 0");
}

Tensor SimAM::forward(const Tensor& x) { return mul(x, sigmoid(simam_energy(x, lambda_))); }

}  // namespace eca
