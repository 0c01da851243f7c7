#pragma once

#include "core/autograd/tape.hpp"
#include "layers/module.hpp"

namespace eca {

// Inverted dropout of x, any shape: 0 with probability p, else x / (1 - p). The lot is drawn by
// Random(seed, Purpose::dropout, step, stream), so that a resumed run drops the same values. Throws Error unless 0 <= p < 1.
Tensor dropout(const Tensor& x, double p, uint64_t seed, uint64_t step, uint64_t stream);

// In training drops with probability p; in evaluation passes x through. The training loop sets seed and step for all
// dropout modules of the process at once; the stream is the module's path.
class Dropout : public Module {
 public:
  explicit Dropout(double p) : p_(p) {}
  Tensor forward(const Tensor& x) override;
  static void set_address(uint64_t seed, uint64_t step);

 private:
  double p_;
};

}  // namespace eca
