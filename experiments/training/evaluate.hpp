// Accuracy of a network on a set of images.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/image_set.hpp"
#include "layers/module.hpp"

namespace eca {

struct Evaluation {
  double loss = 0;                           // mean cross-entropy, without label smoothing
  double accuracy = 0;                       // percent
  double top5 = 0;                           // percent whose label is among the five most probable classes
  std::vector<std::vector<int64_t>> counts;  // counts[label][predicted class]
  double seconds = 0;
  int64_t images = 0;      // evaluated; those that cannot be read and are passed over are not among them
  int64_t not_finite = 0;  // images whose logits are not finite: wrong, and in no column of counts
  std::string where_not_finite;  // in the network, of the first of them
};

// In evaluation mode, without recording; restores the network's mode. loader_threads: as LoaderOptions::threads. Throws Error if
// the set is empty or no image of it can be read.
Evaluation evaluate(Module& network, const ImageSet& set, const Normalisation& normalisation,
                    int64_t batch_size = 250, int loader_threads = 0);

// Whether the top-5 accuracy says something: of five classes or fewer it is 100 % of any network.
inline bool has_top5(const std::vector<std::string>& classes) { return classes.size() > 5; }

// "7 images have answers that are not finite (NaN or infinity): ...", and where.
std::string not_finite_text(const Evaluation& evaluation);

// The table of counts with class names, for a terminal or a file.
std::string confusion_table(const Evaluation& evaluation, const std::vector<std::string>& classes);

}  // namespace eca
