#pragma once

#include <cstdint>
#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// Mean softmax cross-entropy of a batch, a scalar (): logits (N,K), labels N class numbers in [0,K). `smoothing` s mixes the
// target with the uniform distribution, (1-s) one-hot + s/K.
// Throws ShapeError on shapes; Error on a label out of range, naming its row, or s outside [0,1).
Tensor cross_entropy(const Tensor& logits, const std::vector<int32_t>& labels, double smoothing = 0);

}  // namespace eca
