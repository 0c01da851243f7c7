// Dropout.
//   m  = 0 with probability p, else 1 / (1 - p)
//   y  = x * m
//   dx = dy * m
// Source: Srivastava et al., JMLR 15 (2014), in the inverted form, which leaves evaluation untouched.
// Saves: m (as many values as x).
#include "layers/dropout.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/base/random.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/elementwise/elementwise.hpp"
#include "core/parallel/leaves.hpp"

namespace eca {

struct DropoutBackward final : Node {
  Saved mask;
  DropoutBackward(const Tensor& x, const Tensor& mask_in) : Node({x}), mask(mask_in) {}
  const char* name() const override { return "DropoutBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"mask", mask}}; }
  void backward(const Tensor& dy) override;
};

Tensor dropout(const Tensor& x, double p, uint64_t seed, uint64_t step, uint64_t stream) {
  check_defined("dropout", "x", x);
  if (!(p >= 0 && p < 1)) throw Error("dropout: p = " + std::to_string(p) + ", expected 0 <= p < 1");
  Random random(seed, Purpose::dropout, step, stream);
  const real kept = static_cast<real>(1 / (1 - p));
  std::vector<real> drawn(static_cast<size_t>(x.numel()));
  const int64_t before = x.rank() > 0 && x.dim(0) > 0 ? first_of_batch() * (x.numel() / x.dim(0)) : 0;
  for (int64_t i = 0; i < before; ++i) random.uniform();  // those of the images that other ranks have
  for (real& m : drawn) m = random.uniform() < p ? 0 : kept;
  const Tensor mask = Tensor::from(x.shape(), drawn);
  Tensor y = Tensor::empty(x.shape());
  kernels::mul_forward(y.data(), x.data(), mask.data(), y.numel());
  return record<DropoutBackward>(y, x, mask);
}

void DropoutBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) kernels::mul_da(dx, dy.data(), mask.data(), dy.numel());
}

static uint64_t address_seed = 0, address_step = 0;

void Dropout::set_address(uint64_t seed, uint64_t step) {
  address_seed = seed;
  address_step = step;
}

Tensor Dropout::forward(const Tensor& x) {
  if (!training() || p_ == 0) return x;
  return dropout(x, p_, address_seed, address_step, name_hash(current_scope()));
}

}  // namespace eca
