// An op of one's own: forward, backward, and the proof that the two belong together.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ecagrad.hpp>

using namespace eca;

// Softplus, a ReLU without the corner.
//   y [i] = log(1 + exp(x[i]))
//   dx[i] = dy[i] / (1 + exp(-x[i]))
// Saves: x (shared, no copy).
struct SoftplusBackward final : Node {
  Saved x;
  explicit SoftplusBackward(const Tensor& x_in) : Node({x_in}), x(x_in) {}
  const char* name() const override { return "SoftplusBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor softplus(const Tensor& x) {
  check_defined("softplus", "x", x);
  Tensor y = Tensor::empty(x.shape());
  for (int64_t i = 0; i < x.numel(); ++i) y.data()[i] = std::log1p(std::exp(x.data()[i]));
  return record<SoftplusBackward>(y, x);  // onto the tape, if there is one
}

void SoftplusBackward::backward(const Tensor& dy) {
  GradSlot dx = grad_slot(0);
  if (!dx) return;  // nobody asked for it
  for (int64_t i = 0; i < dy.numel(); ++i) {
    const real gradient = dy.data()[i] / (1 + std::exp(-x.data()[i]));
    dx.data[i] = dx.add ? dx.data[i] + gradient : gradient;  // x may have had other readers
  }
}

// Fills x with standard normal numbers.
Tensor random_tensor(const Shape& shape, uint64_t seed) {
  Tensor x = Tensor::empty(shape);
  Random random(seed, Purpose::test);
  std::generate_n(x.data(), x.numel(), [&] { return static_cast<real>(random.normal()); });
  return x;
}

// loss(x) = sum_i dy[i] softplus(x)[i], whose gradient by x is the backward of dy.
double loss_at(const Tensor& x, const Tensor& dy) {
  const Tensor y = softplus(x);
  double loss = 0;
  for (int64_t i = 0; i < y.numel(); ++i) loss += static_cast<double>(dy.data()[i]) * y.data()[i];
  return loss;
}

int main() {
  Tensor x = random_tensor({2, 3, 3, 5}, /*seed=*/1);
  const Tensor dy = random_tensor(x.shape(), /*seed=*/2);  // never ones: they hide mistakes
  x.set_requires_grad();
  {
    Tape tape;
    tape.backward(softplus(x), dy);
  }

  double worst = 0;
  for (int64_t i = 0; i < x.numel(); ++i) {  // dx[i] = (loss(x + h) - loss(x - h)) / 2h
    const real h = real{0.01}, before = x.data()[i];
    x.data()[i] = before + h;
    const double above = loss_at(x, dy);
    x.data()[i] = before - h;
    const double below = loss_at(x, dy);
    x.data()[i] = before;
    worst = std::max(worst, std::abs((above - below) / (2 * h) - x.grad().data()[i]));
  }
  std::printf("softplus: largest difference from (loss(x+h) - loss(x-h)) / 2h: %.1e\n", worst);
  return worst < 1e-3 ? 0 : 1;
}
