// Stochastic gradient descent with momentum, as torch.optim.SGD with dampening = 0.
//
//   d = g + weight_decay * w     decay only where Parameter::decay; it passes through the momentum (coupled)
//   b = momentum * b + d         b = 0 before the first step, so that the first b is d
//   d = d + momentum * b         with nesterov; without: d = b
//   w = w - lr * d               lr is no part of b: a schedule acts at once
//
// Source: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
//         Nesterov's form: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in
//         deep learning", ICML 2013.
// State:  "momentum.<parameter>" (b); none without momentum.
// Deviates: PyTorch makes b equal to the first gradient a parameter gets; here that is 0 + d, the same number.
#pragma once

#include <vector>

#include "core/kernels/elementwise/optimizer_kernels.hpp"
#include "core/memory/pinned_array.hpp"
#include "core/optim/optimizer.hpp"

namespace eca {

struct SgdOptions {
  double momentum = 0;      // 0 <= momentum < 1
  double weight_decay = 0;  // >= 0
  bool nesterov = false;
};

class Sgd final : public Optimizer {
 public:
  // Throws Error for options out of range, and for nesterov without momentum.
  explicit Sgd(std::vector<Parameter*> parameters, const SgdOptions& options = {});
  void prepare(double lr) override;
  void update() override;

 private:
  SgdOptions options_;
  std::vector<Tensor> momentum_;                           // empty without momentum
  PinnedArray<kernels::SgdCoefficients> coefficients_{2};  // without weight decay, with it
};

}  // namespace eca
