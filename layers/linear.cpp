// Linear (fully connected) layer.
//   y     = x * w + b              y (N,O)   x (N,I)   w (I,O)   b (O)
//   dx    = dy * w^T
//   dw    = x^T * dy
//   db[o] = sum_n dy[n,o]
// Saves: x and w (shared storage, no copy).
#include "layers/linear.hpp"

#include <cmath>

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/kernels/elementwise/reduce.hpp"
#include "core/kernels/gemm/linear.hpp"

namespace eca {

struct LinearBackward final : Node {
  Saved x, w;
  LinearBackward(const Tensor& x_in, const Tensor& w_in, const Tensor& b_in)
      : Node({x_in, w_in, b_in}), x(x_in), w(w_in) {}
  const char* name() const override { return "LinearBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"w", w}}; }
  void backward(const Tensor& dy) override;
};

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b) {
  check_rank("linear", "x", x, "N,I");
  check_rank("linear", "w", w, "I,O");
  const int64_t N = x.dim(0), I = x.dim(1), O = w.dim(1);
  if (w.dim(0) != I) {
    shape_error(
        "linear", "features of x do not match rows of w",
        {{"x", x, "N,I", "I = " + std::to_string(I)}, {"w", w, "I,O", "I = " + std::to_string(w.dim(0))}});
  }
  if (b.defined()) check_shape("linear", "b", b, {O}, "O");
  Tensor y = Tensor::empty({N, O});
  if (b.defined()) kernels::copy_rows({y.data()}, O, b.data(), /*x_stride=*/0, N, O);
  kernels::linear_forward({y.data(), b.defined()}, x.data(), w.data(), N, I, O);
  return record<LinearBackward>(y, x, w, b);
}

void LinearBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), I = x.dim(1), O = w.dim(1);
  if (GradSlot dx = grad_slot(0)) kernels::linear_dx(dx, dy.data(), w.data(), N, I, O);
  if (GradSlot dw = batch_sum_slot(1)) kernels::linear_dw(dw, dy.data(), x.data(), N, I, O);
  if (GradSlot db = batch_sum_slot(2)) kernels::column_sums(db, dy.data(), N, /*HW=*/1, O);
}

Linear::Linear(int64_t in, int64_t out, bool bias) {
  const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(in))};
  weight_ = add_parameter("weight", {in, out}, init, FileLayout::linear, /*decay=*/true);
  if (bias) bias_ = add_parameter("bias", {out}, init, FileLayout::same, /*decay=*/false);
}

Tensor Linear::forward(const Tensor& x) { return linear(x, weight_, bias_); }

}  // namespace eca
