#include "docs/book/exercises/11_nesterov/task.hpp"

#include "core/ops/elementwise.hpp"
#include "core/optim/sgd.hpp"
#include "docs/book/exercises/check.hpp"

using namespace eca;

int main() {
  const SgdRates rates = {.rate = 0.1, .momentum = 0.9, .decay = 0.05};
  std::vector<double> w = {0.5, -1.5, 2.0}, b(3, 0.0);
  Parameter parameter = {.value = Tensor::from({3}, {real{0.5}, real{-1.5}, real{2}}).set_name("w"),
                         .decay = true};
  parameter.value.set_requires_grad();
  Sgd sgd({&parameter}, {.momentum = rates.momentum, .weight_decay = rates.decay, .nesterov = true});
  for (int step = 0; step < 4; ++step) {  // the loss is the sum of w^2 / 2 + w noise
    std::vector<double> g;
    Tensor dy = Tensor::empty({3});
    for (int i = 0; i < 3; ++i) {
      g.push_back(w[static_cast<size_t>(i)] + exercise::noise(3 * step + i));
      dy.at({i}) = static_cast<real>(g.back());
    }
    sgd.clear_grads();
    Tape tape;
    tape.backward(scale(parameter.value, 1), dy);
    sgd.step(rates.rate);
    sgd_step(w, b, g, rates);
    for (size_t i = 0; i < 3; ++i) {
      exercise::near("w after step " + std::to_string(step + 1), w[i],
                     static_cast<double>(parameter.value.values()[i]));
    }
  }
  return exercise::result();
}
