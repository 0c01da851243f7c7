#include "core/ops/reshape.hpp"

#include "core/autograd/check.hpp"

namespace eca {

//   y[i]  = x[i]
//   dx[i] = dy[i]
struct ReshapeBackward final : Node {
  explicit ReshapeBackward(const Tensor& x) : Node({x}) {}
  const char* name() const override { return "ReshapeBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor reshape(const Tensor& x, const Shape& shape) {
  check_defined("reshape", "x", x);
  if (x.numel() != shape.numel()) {
    shape_error("reshape",
                "x has " + std::to_string(x.numel()) + " elements, " + shape.str() + " has " +
                    std::to_string(shape.numel()),
                {{"x", x, ""}});
  }
  return record<ReshapeBackward>(Tensor::sharing(x.storage(), shape, ""), x);
}

void ReshapeBackward::backward(const Tensor& dy) { pass_grad(0, dy); }

}  // namespace eca
