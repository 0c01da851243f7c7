#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// Mean softmax cross-entropy of a batch, a scalar (): logits (N,K), labels N class numbers in [0,K). `smoothing` s mixes the
// target with the uniform distribution, (1-s) one-hot + s/K.
// `class_weights` w (K), or none: what class k adds to the loss is multiplied by w[k], and the mean is over the weights of the
// labels instead of the rows.
// Throws ShapeError on shapes; Error on a label out of range, naming its row, s outside [0,1), or weights that are not K finite
// numbers from 0.
Tensor cross_entropy(const Tensor& logits, const std::vector<int32_t>& labels, double smoothing = 0,
                     const std::vector<double>& class_weights = {});

// The same of labels that others keep, until after the backward pass: a recorded step (core/memory/replay.hpp) reads them where
// they lie.
Tensor cross_entropy_of(const Tensor& logits, std::span<const int32_t> labels, double smoothing,
                        const std::vector<double>& class_weights);

// How many rows of logits (N,K) have their largest entry, the first of them, at their label: a scalar ().
// Throws ShapeError unless there is a label for each row.
Tensor count_correct(const Tensor& logits, std::span<const int32_t> labels);

}  // namespace eca
