// Pictures of a training: its curves and the confusion matrix. Drawn by gnuplot where it is installed; the functions
// that draw return false, and leave no picture, where it is not or fails.
#pragma once

#include <string>
#include <vector>

#include "experiments/training/evaluate.hpp"

namespace eca {

// Whole epochs from one tick to the next below the curves of a metrics.csv, 1, 2 or 5 times a power of ten: at most ten ticks.
int64_t tick_distance(const std::string& metrics_csv);

// Loss and accuracy over the epochs of a metrics.csv, of the training and of the test images.
std::string training_script(const std::string& metrics_csv, const std::string& png, const std::string& title);
bool plot_training(const std::string& metrics_csv, const std::string& png, const std::string& title);

// The confusion matrix: row = class of the label, column = predicted class, shade = share of the row's images.
// With 20 classes or fewer also names, and numbers of images.
std::string confusion_script(const Evaluation& evaluation, const std::vector<std::string>& classes,
                             const std::string& png, const std::string& title);
bool plot_confusion(const Evaluation& evaluation, const std::vector<std::string>& classes,
                    const std::string& png, const std::string& title);

}  // namespace eca
