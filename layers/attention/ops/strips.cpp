#include "layers/attention/ops/strips.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/spatial_attention.hpp"
#include "core/kernels/elementwise/copy.hpp"

namespace eca {

//   u [n,h,c]   = 1/W sum_w x[n,h,w,c]                     x (N,H,W,C)   u (N,H+W,1,C)
//   u [n,H+w,c] = 1/H sum_h x[n,h,w,c]
//   dx[n,h,w,c] = du[n,h,c] / W + du[n,H+w,c] / H
// Source: coordinate attention, arXiv 2103.02907v1, eqs. 4 and 5.  Saves: nothing but the shape.
struct StripPoolBackward final : Node {
  int64_t N, H, W, C;
  explicit StripPoolBackward(const Tensor& x)
      : Node({x}), N(x.dim(0)), H(x.dim(1)), W(x.dim(2)), C(x.dim(3)) {}
  const char* name() const override { return "StripPoolBackward"; }
  void backward(const Tensor& du) override;
};

Tensor strip_pool(const Tensor& x) {
  check_rank("strip_pool", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3);
  if (H * W == 0) shape_error("strip_pool", "x has no pixels", {{"x", x, "N,H,W,C"}});
  Tensor u = Tensor::empty({N, H + W, 1, C});
  kernels::strip_pool_forward(u.data(), x.data(), N, H, W, C);
  return record<StripPoolBackward>(u, x);
}

void StripPoolBackward::backward(const Tensor& du) {
  if (GradSlot dx = grad_slot(0)) kernels::strip_pool_dx(dx, du.data(), N, H, W, C);
}

//   y [n,i,c]       = u[n,first+i,c]                       u (N,L,1,C)   y (N,count,1,C)
//   du[n,first+i,c] = dy[n,i,c], 0 elsewhere
struct TakeStripsBackward final : Node {
  int64_t L, first;
  TakeStripsBackward(const Tensor& u, int64_t first_in) : Node({u}), L(u.dim(1)), first(first_in) {}
  const char* name() const override { return "TakeStripsBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor take_strips(const Tensor& u, int64_t first, int64_t count) {
  check_rank("take_strips", "u", u, "N,L,1,C");
  const int64_t N = u.dim(0), L = u.dim(1), C = u.dim(3);
  if (u.dim(2) != 1 || first < 0 || count < 1 || first + count > L) {
    shape_error("take_strips",
                std::to_string(count) + " places from place " + std::to_string(first) + " on do not exist",
                {{"u", u, "N,L,1,C", "L = " + std::to_string(L)}});
  }
  Tensor y = Tensor::empty({N, count, 1, C});
  kernels::copy_rows({y.data()}, count * C, u.data() + first * C, L * C, N, count * C);
  return record<TakeStripsBackward>(y, u, first);
}

void TakeStripsBackward::backward(const Tensor& dy) {
  const int64_t N = dy.dim(0), count = dy.dim(1), C = dy.dim(3);
  const GradSlot du = grad_slot(0);
  if (!du) return;
  if (!du.add) kernels::fill(du.data, 0, N * L * C);
  kernels::copy_rows({du.data + first * C, /*add=*/true}, L * C, dy.data(), count * C, N, count * C);
}

//   y [n,h,w,c] = x[n,h,w,c] a[n,h,c] b[n,w,c]             x,y (N,H,W,C)   a (N,H,1,C)   b (N,W,1,C)
//   dx[n,h,w,c] = dy[n,h,w,c] a[n,h,c] b[n,w,c]
//   da[n,h,c]   = sum_w dy[n,h,w,c] x[n,h,w,c] b[n,w,c]
//   db[n,w,c]   = sum_h dy[n,h,w,c] x[n,h,w,c] a[n,h,c]
// Source: coordinate attention, arXiv 2103.02907v1, eq. 9.  Saves: x, a and b (shared, no copy).
struct ScaleStripsBackward final : Node {
  Saved x, a, b;
  ScaleStripsBackward(const Tensor& x_in, const Tensor& a_in, const Tensor& b_in)
      : Node({x_in, a_in, b_in}), x(x_in), a(a_in), b(b_in) {}
  const char* name() const override { return "ScaleStripsBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"a", a}, {"b", b}}; }
  void backward(const Tensor& dy) override;
};

Tensor scale_strips(const Tensor& x, const Tensor& a, const Tensor& b) {
  check_rank("scale_strips", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3);
  check_shape("scale_strips", "a", a, {N, H, 1, C}, "N,H,1,C");
  check_shape("scale_strips", "b", b, {N, W, 1, C}, "N,W,1,C");
  Tensor y = Tensor::empty(x.shape());
  kernels::scale_strips_forward(y.data(), x.data(), a.data(), b.data(), N, H, W, C);
  return record<ScaleStripsBackward>(y, x, a, b);
}

void ScaleStripsBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::scale_strips_dx(dx, dy.data(), a.data(), b.data(), N, H, W, C);
  if (GradSlot da = grad_slot(1)) kernels::scale_strips_da(da, dy.data(), x.data(), b.data(), N, H, W, C);
  if (GradSlot db = grad_slot(2)) kernels::scale_strips_db(db, dy.data(), x.data(), a.data(), N, H, W, C);
}

}  // namespace eca
