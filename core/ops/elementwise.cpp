#include "core/ops/elementwise.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/elementwise.hpp"

namespace eca {

static void check_same_shape(const char* op, const Tensor& a, const Tensor& b) {
  if (a.defined() && b.defined() && a.shape() == b.shape()) return;
  shape_error(op, "a and b differ in shape", {{"a", a, ""}, {"b", b, ""}});
}

//   y  = a + b
//   da = dy
//   db = dy
struct AddBackward final : Node {
  AddBackward(const Tensor& a, const Tensor& b) : Node({a, b}) {}
  const char* name() const override { return "AddBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor add(const Tensor& a, const Tensor& b) {
  check_same_shape("add", a, b);
  Tensor y = Tensor::empty(a.shape());
  kernels::add_forward(y.data(), a.data(), b.data(), y.numel());
  return record<AddBackward>(y, a, b);
}

void AddBackward::backward(const Tensor& dy) {
  pass_grad(0, dy);
  pass_grad(1, dy);
}

//   y  = a - b
//   da = dy
//   db = -dy
struct SubBackward final : Node {
  SubBackward(const Tensor& a, const Tensor& b) : Node({a, b}) {}
  const char* name() const override { return "SubBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor sub(const Tensor& a, const Tensor& b) {
  check_same_shape("sub", a, b);
  Tensor y = Tensor::empty(a.shape());
  kernels::sub_forward(y.data(), a.data(), b.data(), y.numel());
  return record<SubBackward>(y, a, b);
}

void SubBackward::backward(const Tensor& dy) {
  pass_grad(0, dy);
  if (GradSlot db = grad_slot(1)) kernels::scale_dx(db, dy.data(), -1, dy.numel());
}

//   y  = a * b
//   da = dy * b
//   db = dy * a
struct MulBackward final : Node {
  Saved a, b;
  MulBackward(const Tensor& a_in, const Tensor& b_in) : Node({a_in, b_in}), a(a_in), b(b_in) {}
  const char* name() const override { return "MulBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"a", a}, {"b", b}}; }
  void backward(const Tensor& dy) override;
};

Tensor mul(const Tensor& a, const Tensor& b) {
  check_same_shape("mul", a, b);
  Tensor y = Tensor::empty(a.shape());
  kernels::mul_forward(y.data(), a.data(), b.data(), y.numel());
  return record<MulBackward>(y, a, b);
}

void MulBackward::backward(const Tensor& dy) {
  if (GradSlot da = grad_slot(0)) kernels::mul_da(da, dy.data(), b.data(), dy.numel());
  if (GradSlot db = grad_slot(1)) kernels::mul_da(db, dy.data(), a.data(), dy.numel());
}

//   y  = factor * x
//   dx = factor * dy
struct ScaleBackward final : Node {
  real factor;
  ScaleBackward(const Tensor& x, real factor_in) : Node({x}), factor(factor_in) {}
  const char* name() const override { return "ScaleBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor scale(const Tensor& x, real factor) {
  check_defined("scale", "x", x);
  Tensor y = Tensor::empty(x.shape());
  kernels::scale_forward(y.data(), x.data(), factor, y.numel());
  return record<ScaleBackward>(y, x, factor);
}

void ScaleBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot_over(0, dy)) kernels::scale_dx(dx, dy.data(), factor, dy.numel());
}

}  // namespace eca
