#pragma once

#include "core/autograd/tape.hpp"
#include "layers/module.hpp"

namespace eca {

// Inverted dropout: y = x * mask / (1 - p), mask 0 with probability p.
// The mask comes from Random(seed, Purpose::dropout, step, stream), so that a resumed run drops the same
// elements. Saves the mask (as many values as x). Throws Error unless 0 <= p < 1.
Tensor dropout(const Tensor& x, double p, uint64_t seed, uint64_t step, uint64_t stream);

// In training drops with probability p; in evaluation passes x through. Seed and step are set by the training
// loop for all dropout modules at once; the stream is the module's path.
class Dropout : public Module {
 public:
  explicit Dropout(double p) : p_(p) {}
  Tensor forward(const Tensor& x) override;
  static void set_address(uint64_t seed, uint64_t step);

 private:
  double p_;
};

}  // namespace eca
