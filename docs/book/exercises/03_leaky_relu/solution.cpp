#include "docs/book/exercises/03_leaky_relu/task.hpp"

using namespace eca;

struct LeakyReluBackward final : Node {
  Saved x;
  real slope;
  LeakyReluBackward(const Tensor& x_in, real slope_in) : Node({x_in}), x(x_in), slope(slope_in) {}
  const char* name() const override { return "LeakyReluBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor leaky_relu(const Tensor& x, real slope) {
  Tensor y = Tensor::empty(x.shape());
  for (int64_t i = 0; i < x.numel(); ++i) {
    const real value = x.data()[i];
    y.data()[i] = value > 0 ? value : slope * value;
  }
  return record<LeakyReluBackward>(y, x, slope);
}

//   dx = dy where x > 0, else slope * dy
void LeakyReluBackward::backward(const Tensor& dy) {
  GradSlot dx = grad_slot(0);
  if (!dx) return;
  for (int64_t i = 0; i < dy.numel(); ++i) {
    const real gradient = x.data()[i] > 0 ? dy.data()[i] : slope * dy.data()[i];
    dx.data[i] = dx.add ? dx.data[i] + gradient : gradient;
  }
}
