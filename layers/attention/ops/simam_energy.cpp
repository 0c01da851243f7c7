// For each image n and channel c, over its pixels i:
//   d[i]  = x[i] - mean
//   v     = 1/(HW-1) sum_i d[i]^2 + lambda
//   e[i]  = d[i]^2 / (4 v) + 1/2
//   A     = sum_i de[i] d[i]^2
//   B     = sum_i de[i] d[i]
//   dx[i] = (d[i] (de[i] - A / ((HW-1) v)) - B / HW) / (2 v)
// Source: Yang et al., "SimAM", ICML 2021 (PMLR 139, no arXiv version), eq. 5, and their code.
// Derivation: docs/derivations/attention.md
// Saves: x (shared, no copy), and mean and v (N,C).
#include "layers/attention/ops/simam_energy.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_statistics.hpp"

namespace eca {

struct SimamEnergyBackward final : Node {
  Saved x, mean, v;
  SimamEnergyBackward(const Tensor& x_in, const Tensor& mean_in, const Tensor& v_in)
      : Node({x_in}), x(x_in), mean(mean_in), v(v_in) {}
  const char* name() const override { return "SimamEnergyBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"mean", mean}, {"v", v}}; }
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

}  // namespace eca
