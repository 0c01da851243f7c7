//   r [n]   = 1 / sqrt(1/C sum_c e[n,c]^2 + eps)
//   u [n,c] = e[n,c] r[n]
//   de[n,c] = r[n] (du[n,c] - u[n,c] 1/C sum_c du[n,c] u[n,c])        e,u (N,C)   r (N)
// Source: GCT, arXiv 1909.11519v2, eq. 4.  Derivation: docs/derivations/attention.md
// Saves: u (shared, no copy) and r.
#include "layers/attention/ops/rms_normalise.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_attention.hpp"

namespace eca {

struct RmsNormaliseBackward final : Node {
  Saved u, r;
  RmsNormaliseBackward(const Tensor& e, const Tensor& u_in, const Tensor& r_in)
      : Node({e}), u(u_in), r(r_in) {}
  const char* name() const override { return "RmsNormaliseBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"u", u}, {"r", r}}; }
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

}  // namespace eca
