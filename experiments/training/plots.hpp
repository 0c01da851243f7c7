// Pictures, drawn by gnuplot where it is installed.
#pragma once

#include <string>
#include <vector>

#include "experiments/training/evaluate.hpp"

namespace eca {

// True if a gnuplot can be run.
bool have_gnuplot();

// Loss, accuracy and learning rate over the epochs of a metrics.csv, as a PNG. Returns false, and writes nothing, if
// there is no gnuplot or it fails.
bool plot_training(const std::string& metrics_csv, const std::string& png, const std::string& title);

// The confusion matrix as a heat map.
bool plot_confusion(const Evaluation& evaluation, const std::vector<std::string>& classes,
                    const std::string& png, const std::string& title);

// A named value with its interval.
struct PlotPoint {
  std::string name;
  double x, y, low, high;
};

// The points with their intervals and names.
bool plot_points(const std::vector<PlotPoint>& points, const std::string& png, const std::string& x_label,
                 const std::string& y_label);

}  // namespace eca
