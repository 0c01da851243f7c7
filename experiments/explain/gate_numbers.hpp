// The gates of one block in a few numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/explain/gates.hpp"

namespace eca {

// The mean gate of every channel over the images of each class: [class][channel]. A class without images has no channels.
std::vector<std::vector<double>> class_means(const GateTable& table, const std::vector<int32_t>& labels,
                                             size_t classes);
// Over all images: [channel].
std::vector<double> overall_means(const GateTable& table);

struct GateNumbers {
  double mean = 0;  // of all gates
  // How much a channel's gate varies, standard deviations averaged over the channels: between the means of the classes, which
  // count alike, and around them within a class. A gate that knows the class has between > within.
  double between = 0, within = 0;
  // Mean correlation, over the images, of the gates of two channels side by side, and of any two. Channels have no order
  // before training: a small kernel over neighbours can only pay if training makes neighbours alike. NaN where fewer than two
  // channels vary.
  double neighbours = 0, any_two = 0;
};
// Throws Error unless there is a label for each image. A single image has no spread.
GateNumbers gate_numbers(const GateTable& table, const std::vector<int32_t>& labels, size_t classes);

}  // namespace eca
