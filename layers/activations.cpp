#include "layers/activations.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/elementwise.hpp"

namespace eca {

//   y  = max(x, 0)
//   dx = dy where y > 0, else 0 (also at the kink)
struct ReluBackward final : Node {
  Saved y;
  ReluBackward(const Tensor& x, const Tensor& y_in) : Node({x}), y(y_in) {}
  const char* name() const override { return "ReluBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}}; }
  void backward(const Tensor& dy) override;
};

Tensor relu(const Tensor& x) {
  check_defined("relu", "x", x);
  Tensor y = Tensor::empty(x.shape());
  kernels::relu_forward(y.data(), x.data(), y.numel());
  return record<ReluBackward>(y, x, y);
}

void ReluBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot_over(0, dy)) kernels::relu_dx(dx, dy.data(), y.data(), dy.numel());
}

//   y  = min(max(x, 0), 6)
//   dx = dy where 0 < y < 6, else 0
struct Relu6Backward final : Node {
  Saved y;
  Relu6Backward(const Tensor& x, const Tensor& y_in) : Node({x}), y(y_in) {}
  const char* name() const override { return "Relu6Backward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}}; }
  void backward(const Tensor& dy) override;
};

Tensor relu6(const Tensor& x) {
  check_defined("relu6", "x", x);
  Tensor y = Tensor::empty(x.shape());
  kernels::relu6_forward(y.data(), x.data(), y.numel());
  return record<Relu6Backward>(y, x, y);
}

void Relu6Backward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot_over(0, dy)) kernels::relu6_dx(dx, dy.data(), y.data(), dy.numel());
}

//   y  = 1 / (1 + exp(-x))
//   dx = dy * y * (1 - y)
struct SigmoidBackward final : Node {
  Saved y;
  SigmoidBackward(const Tensor& x, const Tensor& y_in) : Node({x}), y(y_in) {}
  const char* name() const override { return "SigmoidBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}}; }
  void backward(const Tensor& dy) override;
};

Tensor sigmoid(const Tensor& x) {
  check_defined("sigmoid", "x", x);
  Tensor y = Tensor::empty(x.shape());
  kernels::sigmoid_forward(y.data(), x.data(), y.numel());
  return record<SigmoidBackward>(y, x, y);
}

void SigmoidBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot_over(0, dy)) kernels::sigmoid_dx(dx, dy.data(), y.data(), dy.numel());
}

//   y  = x * min(max(x + 3, 0), 6) / 6
//   dx = dy * (2x + 3) / 6   where -3 < x < 3
//      = dy                  above
//      = 0                   below
struct HardSwishBackward final : Node {
  Saved x;
  explicit HardSwishBackward(const Tensor& x_in) : Node({x_in}), x(x_in) {}
  const char* name() const override { return "HardSwishBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}}; }
  void backward(const Tensor& dy) override;
};

Tensor hard_swish(const Tensor& x) {
  check_defined("hard_swish", "x", x);
  Tensor y = Tensor::empty(x.shape());
  kernels::hard_swish_forward(y.data(), x.data(), y.numel());
  return record<HardSwishBackward>(y, x);
}

void HardSwishBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot_over(0, dy)) kernels::hard_swish_dx(dx, dy.data(), x.data(), dy.numel());
}

}  // namespace eca
