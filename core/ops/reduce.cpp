#include "core/ops/reduce.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

//   y     = factor * sum_i x[i]
//   dx[i] = factor * dy
struct SumBackward final : Node {
  real factor;
  int64_t n;
  SumBackward(const Tensor& x, real factor_in) : Node({x}), factor(factor_in), n(x.numel()) {}
  const char* name() const override { return "SumBackward"; }
  void backward(const Tensor& dy) override;
};

static Tensor scaled_sum(const Tensor& x, real factor) {
  Tensor y = Tensor::empty({});
  kernels::sum_forward(y.data(), x.data(), factor, x.numel());
  return record<SumBackward>(y, x, factor);
}

Tensor sum(const Tensor& x) {
  check_defined("sum", "x", x);
  return scaled_sum(x, 1);
}

Tensor mean(const Tensor& x) {
  check_defined("mean", "x", x);
  if (x.numel() == 0) shape_error("mean", "x has no elements", {{"x", x, ""}});
  return scaled_sum(x, 1 / static_cast<real>(x.numel()));
}

void SumBackward::backward(const Tensor& dy) { kernels::sum_dx(grad_slot(0), dy.data(), factor, n); }

}  // namespace eca
