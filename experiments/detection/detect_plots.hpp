// Pictures of the training of a detector, drawn by gnuplot where it is installed.
#pragma once

#include <string>

namespace eca {

// From the columns of a metrics.csv over the epochs: the losses by part and their sum, AP and AP50 of boxes and masks, and the
// learning rate.
std::string detect_training_script(const std::string& metrics_csv, const std::string& png,
                                   const std::string& title);
// False, and no picture, without gnuplot or where it fails.
bool plot_detect_training(const std::string& metrics_csv, const std::string& png, const std::string& title);

}  // namespace eca
