#include "layers/pooling.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/pooling/pooling.hpp"

namespace eca {

static kernels::PoolShape pool_shape(const char* op, const Tensor& x, const PoolOptions& options) {
  check_rank(op, "x", x, "N,H,W,C");
  const auto [kernel, stride, padding, count_padding] = options;
  const std::string found = "kernel " + std::to_string(kernel) + ", stride " + std::to_string(stride) +
                            ", padding " + std::to_string(padding);
  if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
    shape_error(op, "kernel and stride must be at least 1 and padding between 0 and kernel/2; found " + found,
                {{"x", x, "N,H,W,C"}});
  }
  if (kernel > x.dim(1) + 2 * padding || kernel > x.dim(2) + 2 * padding) {
    shape_error(op, "the window is larger than the padded image; " + found, {{"x", x, "N,H,W,C"}});
  }
  return {.N = x.dim(0),
          .H = x.dim(1),
          .W = x.dim(2),
          .C = x.dim(3),
          .kernel = kernel,
          .stride = stride,
          .padding = padding,
          .count_padding = count_padding};
}

//   y  = the largest x of the window
//   dx = dy at the first x that equals y
struct MaxPool2dBackward final : Node {
  Saved x, y;
  kernels::PoolShape s;
  MaxPool2dBackward(const Tensor& x_in, const Tensor& y_in, const kernels::PoolShape& s_in)
      : Node({x_in}), x(x_in), y(y_in), s(s_in) {}
  const char* name() const override { return "MaxPool2dBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"y", y}}; }
  int64_t window() const override { return s.kernel * s.kernel; }
  void backward(const Tensor& dy) override;
};

Tensor max_pool2d(const Tensor& x, PoolOptions options) {
  const kernels::PoolShape s = pool_shape("max_pool2d", x, options);
  Tensor y = Tensor::empty({s.N, s.OH(), s.OW(), s.C});
  kernels::max_pool_forward(y.data(), x.data(), s);
  return record<MaxPool2dBackward>(y, x, y, s);
}

void MaxPool2dBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) kernels::max_pool_dx(dx, dy.data(), x.data(), y.data(), s);
}

//   y  = sum of x in the window / divisor
//   dx = sum of dy / divisor over the windows that hold x
struct AveragePool2dBackward final : Node {
  kernels::PoolShape s;
  AveragePool2dBackward(const Tensor& x, const kernels::PoolShape& s_in) : Node({x}), s(s_in) {}
  const char* name() const override { return "AveragePool2dBackward"; }
  int64_t window() const override { return s.kernel * s.kernel; }
  void backward(const Tensor& dy) override;
};

Tensor average_pool2d(const Tensor& x, PoolOptions options) {
  const kernels::PoolShape s = pool_shape("average_pool2d", x, options);
  Tensor y = Tensor::empty({s.N, s.OH(), s.OW(), s.C});
  kernels::average_pool_forward(y.data(), x.data(), s);
  return record<AveragePool2dBackward>(y, x, s);
}

void AveragePool2dBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) kernels::average_pool_dx(dx, dy.data(), s);
}

//   y [n,c]     = 1/(H*W) sum_hw x[n,h,w,c]
//   dx[n,h,w,c] = dy[n,c] / (H*W)
struct GlobalAveragePoolBackward final : Node {
  int64_t N, HW, C;
  explicit GlobalAveragePoolBackward(const Tensor& x)
      : Node({x}), N(x.dim(0)), HW(x.dim(1) * x.dim(2)), C(x.dim(3)) {}
  const char* name() const override { return "GlobalAveragePoolBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor global_average_pool(const Tensor& x) {
  check_rank("global_average_pool", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (HW == 0) shape_error("global_average_pool", "x has no pixels", {{"x", x, "N,H,W,C"}});
  Tensor y = Tensor::empty({N, C});
  kernels::global_average_pool_forward(y.data(), x.data(), N, HW, C);
  return record<GlobalAveragePoolBackward>(y, x);
}

void GlobalAveragePoolBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) kernels::global_average_pool_dx(dx, dy.data(), N, HW, C);
}

}  // namespace eca
