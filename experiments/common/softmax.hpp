// Class probabilities from logits, for showing.
#pragma once

#include <cstdint>
#include <vector>

#include "core/autograd/tensor.hpp"

namespace eca {

struct RankedClass {
  size_t index;        // of the class
  double probability;  // softmax of the logits
};

// The `count` most probable classes of row n of logits (N,K), best first; ties in order of the classes.
std::vector<RankedClass> ranked_classes(const Tensor& logits, int64_t n, size_t count);

}  // namespace eca
