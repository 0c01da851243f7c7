#include "core/ops/concat.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/copy.hpp"

namespace eca {

//   y[r,:]  = [a[r,:], b[r,:]]          a (R,A)   b (R,B)   y (R,A+B), all leading axes as one
//   da[r,:] = dy[r,:A]
//   db[r,:] = dy[r,A:]
struct ConcatBackward final : Node {
  int64_t rows, A, B;
  ConcatBackward(const Tensor& a, const Tensor& b)
      : Node({a, b}), rows(a.numel() / a.dim(-1)), A(a.dim(-1)), B(b.dim(-1)) {}
  const char* name() const override { return "ConcatBackward"; }
  void backward(const Tensor& dy) override;
};

static bool agree_but_for_last_axis(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined() || a.rank() != b.rank() || a.rank() == 0) return false;
  for (int i = 0; i + 1 < a.rank(); ++i) {
    if (a.dim(i) != b.dim(i)) return false;
  }
  return a.dim(-1) > 0 && b.dim(-1) > 0;
}

Tensor concat(const Tensor& a, const Tensor& b) {
  if (!agree_but_for_last_axis(a, b)) {
    shape_error("concat", "a and b must agree in all axes but the last", {{"a", a, ""}, {"b", b, ""}});
  }
  const int64_t A = a.dim(-1), B = b.dim(-1), rows = a.numel() / A;
  auto extents = a.shape().extents();
  extents.back() = A + B;
  Tensor y = Tensor::empty(Shape(extents));
  kernels::copy_rows({y.data()}, A + B, a.data(), A, rows, A);
  kernels::copy_rows({y.data() + A}, A + B, b.data(), B, rows, B);
  return record<ConcatBackward>(y, a, b);
}

void ConcatBackward::backward(const Tensor& dy) {
  if (GradSlot da = grad_slot(0)) kernels::copy_rows(da, A, dy.data(), A + B, rows, A);
  if (GradSlot db = grad_slot(1)) kernels::copy_rows(db, B, dy.data() + A, A + B, rows, B);
}

}  // namespace eca
