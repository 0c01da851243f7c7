// SimAM: one gate for every value, by how far it stands out in its channel, and no weights.
//   e  [n,h,w,c] = (x[n,h,w,c] - mean[n,c])^2 / (4 (var[n,c] + lambda)) + 1/2      x,e,out (N,H,W,C)
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(e[n,h,w,c])                                mean,var (N,C)
// Source: Yang et al., "SimAM", ICML 2021 (PMLR 139, no arXiv version), eq. 5, and their code.
#include <string>

#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/simam_energy.hpp"

namespace eca {

class SimAM : public Module {
 public:
  explicit SimAM(double lambda) : lambda_(lambda) {}
  Tensor forward(const Tensor& x) override { return mul(x, sigmoid(simam_energy(x, lambda_))); }

 private:
  double lambda_;
};

static std::unique_ptr<Module> make_simam(AttentionOptions& options, int64_t) {
  const double lambda = options.number("lambda");
  if (!(lambda > 0)) throw Error("simam: lambda = " + std::to_string(lambda) + ", expected above 0");
  return std::make_unique<SimAM>(lambda);
}

AttentionKind simam_kind() {
  return {.name = "simam",
          .description = "SimAM, a gate for every value, no weights",
          .options = {{"lambda", "X", "1e-4", "added to the variance"}},
          .make = make_simam};
}

}  // namespace eca
