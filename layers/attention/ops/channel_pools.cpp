#include "layers/attention/ops/channel_pools.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_statistics.hpp"

namespace eca {

//   y [n,c]     = max_hw x[n,h,w,c]
//   dx[n,h,w,c] = dy[n,c] at the first pixel that is the largest, else 0
// Saves: x and y (shared, no copy).
struct GlobalMaxPoolBackward final : Node {
  Saved x, y;
  GlobalMaxPoolBackward(const Tensor& x_in, const Tensor& y_in) : Node({x_in}), x(x_in), y(y_in) {}
  const char* name() const override { return "GlobalMaxPoolBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"y", y}}; }
  void backward(const Tensor& dy) override;
};

Tensor global_max_pool(const Tensor& x) {
  check_rank("global_max_pool", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (HW == 0) shape_error("global_max_pool", "x has no pixels", {{"x", x, "N,H,W,C"}});
  Tensor y = Tensor::empty({N, C});
  kernels::global_max_pool_forward(y.data(), x.data(), N, HW, C);
  return record<GlobalMaxPoolBackward>(y, x, y);
}

void GlobalMaxPoolBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::global_max_pool_dx(dx, dy.data(), x.data(), y.data(), N, HW, C);
}

//   y [n,c]     = sqrt(sum_hw x[n,h,w,c]^2 + eps)
//   dx[n,h,w,c] = dy[n,c] x[n,h,w,c] / y[n,c]
// Saves: x and y (shared, no copy).
struct L2PoolBackward final : Node {
  Saved x, y;
  L2PoolBackward(const Tensor& x_in, const Tensor& y_in) : Node({x_in}), x(x_in), y(y_in) {}
  const char* name() const override { return "L2PoolBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"y", y}}; }
  void backward(const Tensor& dy) override;
};

Tensor l2_pool(const Tensor& x, double eps) {
  check_rank("l2_pool", "x", x, "N,H,W,C");
  Tensor y = Tensor::empty({x.dim(0), x.dim(3)});
  kernels::l2_pool_forward(y.data(), x.data(), eps, x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  return record<L2PoolBackward>(y, x, y);
}

void L2PoolBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::l2_pool_dx(dx, dy.data(), x.data(), y.data(), N, HW, C);
}

//   mean[n,c]     = 1/(H*W) sum_hw x[n,h,w,c]                                          u[n,2c]   = mean[n,c]
//   sd  [n,c]     = sqrt(1/(H*W-1) sum_hw (x[n,h,w,c] - mean[n,c])^2 + eps)            u[n,2c+1] = sd[n,c]
//   dx  [n,h,w,c] = dmean[n,c] / (H*W) + dsd[n,c] (x[n,h,w,c] - mean[n,c]) / ((H*W-1) sd[n,c])
// Derivation: docs/derivations/attention.md.  Saves: x and u (shared, no copy).
struct MeanStdPoolBackward final : Node {
  Saved x, u;
  MeanStdPoolBackward(const Tensor& x_in, const Tensor& u_in) : Node({x_in}), x(x_in), u(u_in) {}
  const char* name() const override { return "MeanStdPoolBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"u", u}}; }
  void backward(const Tensor& du) override;
};

Tensor mean_std_pool(const Tensor& x, double eps) {
  check_rank("mean_std_pool", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (HW < 2) {
    shape_error("mean_std_pool", "a standard deviation needs more than one pixel", {{"x", x, "N,H,W,C"}});
  }
  Tensor u = Tensor::empty({N, 2 * C});
  kernels::mean_std_pool_forward(u.data(), x.data(), eps, N, HW, C);
  return record<MeanStdPoolBackward>(u, x, u);
}

void MeanStdPoolBackward::backward(const Tensor& du) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::mean_std_pool_dx(dx, du.data(), x.data(), u.data(), N, HW, C);
}

}  // namespace eca
