#include "experiments/detection/detect_plots.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/base/text.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/gnuplot.hpp"
#include "experiments/training/plots.hpp"

namespace eca {

static constexpr const char* kCurveColours[] = {"#333333", "#4477aa", "#ee6677", "#228833",
                                                "#ccbb44", "#aa3377", "#66ccee"};

static std::vector<std::string> columns_of(const std::string& metrics_csv) {
  std::ifstream file(metrics_csv);
  std::string header;
  std::getline(file, header);
  return split(header, ',');
}

// The columns side by side over the epochs.
static std::string plot_of(const std::string& csv, const std::vector<std::string>& columns) {
  std::vector<std::string> curves;
  for (size_t i = 0; i < columns.size(); ++i) {
    curves.push_back(gnuplot_text(csv) + " using 'epoch':'" + columns[i] +
                     "' with linespoints pt 7 ps 0.5 lw 2 lc rgb '" +
                     kCurveColours[i % std::size(kCurveColours)] + "' title " + gnuplot_text(columns[i]));
  }
  return "plot " + join(curves, ", ") + "\n";
}

std::string detect_training_script(const std::string& metrics_csv, const std::string& png,
                                   const std::string& title) {
  const std::vector<std::string> columns = columns_of(metrics_csv);
  std::vector<std::string> losses, scores;
  for (const std::string& column : columns) {
    const bool score = column.find("_ap") != std::string::npos;
    if (score && !column.ends_with("75")) scores.push_back(column);
  }
  const auto first_loss = std::find(columns.begin(), columns.end(), "train_loss");
  const auto first_score = std::find(columns.begin(), columns.end(), "box_ap");
  if (first_loss < first_score) losses.assign(first_loss, first_score);
  return gnuplot_header(png, 1400, 420) +
         "set datafile separator ','\nset datafile missing 'nan'\nset grid\nset xlabel 'epoch'\n" +
         format("set xtics %lld\n", static_cast<long long>(tick_distance(metrics_csv))) +
         "set multiplot layout 1,3 title " + gnuplot_text(title) + "\n" +
         "set ylabel 'loss'\nset yrange [0:*]\nset key top right\n" + plot_of(metrics_csv, losses) +
         "set ylabel 'AP on the test images'\nset yrange [0:1]\nset key top left\n" +
         plot_of(metrics_csv, scores) + "set ylabel 'learning rate'\nset yrange [0:*]\nset key off\n" +
         plot_of(metrics_csv, {"lr"}) + "unset multiplot\n";
}

bool plot_detect_training(const std::string& metrics_csv, const std::string& png, const std::string& title) {
  return run_gnuplot(detect_training_script(metrics_csv, png, title), png);
}

}  // namespace eca
