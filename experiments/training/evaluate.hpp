// Accuracy of a network on a set of images.
#pragma once

#include <cstdint>
#include <vector>

#include "data/image_set.hpp"
#include "layers/module.hpp"

namespace eca {

struct Evaluation {
  double loss = 0;                           // mean cross-entropy, without label smoothing
  double accuracy = 0;                       // percent
  std::vector<std::vector<int64_t>> counts;  // counts[label][predicted class]
  double seconds = 0;
};

// In evaluation mode, without recording; restores the network's mode. Throws Error if the set is empty.
Evaluation evaluate(Module& network, const ImageSet& set, const Normalisation& normalisation,
                    int64_t batch_size = 250);

// Number of rows of logits (N,K) whose largest entry is at the label.
int64_t count_correct(const Tensor& logits, const std::vector<int32_t>& labels);

// The table of counts with class names, for a terminal or a file.
std::string confusion_table(const Evaluation& evaluation, const std::vector<std::string>& classes);

}  // namespace eca
