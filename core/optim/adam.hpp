// Adam and AdamW, as torch.optim.Adam and torch.optim.AdamW without amsgrad.
//
//   t     = t + 1                                        t = 0, m = v = 0 before the first step
//   d     = g + weight_decay * w                         Adam (coupled)
//   w     = w - lr * weight_decay * w                    AdamW (decoupled), whose d is g
//   m     = beta1 * m + (1 - beta1) * d
//   v     = beta2 * v + (1 - beta2) * d^2
//   m_hat = m / (1 - beta1^t)
//   v_hat = v / (1 - beta2^t)
//   w     = w - lr * m_hat / (sqrt(v_hat) + epsilon)
//
// Weight decay applies only where Parameter::decay.
// Source: Kingma, Ba, arXiv 1412.6980v9, algorithm 1.
//         AdamW: Loshchilov, Hutter, arXiv 1711.05101v3, algorithm 2.
// State:  "first_moment.<parameter>" (m), "second_moment.<parameter>" (v) and the counter "step" (t).
// Deviates: PyTorch counts t for each parameter; here one t counts the calls of step(). They differ only for a
//         parameter that had no gradient in some earlier step.
#pragma once

#include <vector>

#include "core/kernels/elementwise/optimizer_kernels.hpp"
#include "core/memory/pinned_array.hpp"
#include "core/optim/optimizer.hpp"

namespace eca {

struct AdamOptions {
  double beta1 = 0.9;       // 0 <= beta1 < 1
  double beta2 = 0.999;     // 0 <= beta2 < 1
  double epsilon = 1e-8;    // >= 0
  double weight_decay = 0;  // >= 0
  bool decoupled = false;   // true: AdamW
};

class Adam final : public Optimizer {
 public:
  // Throws Error for options out of range.
  explicit Adam(std::vector<Parameter*> parameters, const AdamOptions& options = {});
  void prepare(double lr) override;
  void update() override;

 private:
  AdamOptions options_;
  std::vector<Tensor> first_moment_, second_moment_;
  int64_t& t_;
  PinnedArray<kernels::AdamCoefficients> coefficients_{2};  // without weight decay, with it
};

}  // namespace eca
