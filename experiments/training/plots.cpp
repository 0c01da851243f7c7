#include "experiments/training/plots.hpp"

#include <algorithm>
#include <fstream>
#include <numeric>

#include "experiments/common/format.hpp"
#include "experiments/common/gnuplot.hpp"

namespace eca {

int64_t tick_distance(const std::string& metrics_csv) {
  std::ifstream file(metrics_csv);
  int64_t epochs = -1;  // the first line is no epoch
  for (std::string line; std::getline(file, line);) ++epochs;
  int64_t distance = 1;
  for (int i = 0; epochs > 10 * distance; ++i) distance = i % 3 == 1 ? distance / 2 * 5 : distance * 2;
  return distance;
}

namespace {

// One curve of a training: a column of metrics.csv over the epochs.
std::string curve(const std::string& csv, const std::string& set, const std::string& what,
                  const char* colour) {
  return gnuplot_text(csv) + " using 'epoch':'" + set + "_" + what +
         "' with linespoints pt 7 ps 0.6 lw 2 lc rgb '" + colour + "' title '" + set + "'";
}

std::string curves(const std::string& csv, const std::string& what) {
  return "plot " + curve(csv, "train", what, "#4477aa") + ", " + curve(csv, "test", what, "#ee6677") + "\n";
}

std::string class_ticks(const std::vector<std::string>& classes) {
  std::string text;
  for (size_t k = 0; k < classes.size(); ++k) {
    text += (k > 0 ? ", " : "") + gnuplot_text(classes[k]) + " " + std::to_string(k);
  }
  return "(" + text + ")\n";
}

// Lines "predicted label share count", a block for each label.
std::string matrix_text(const std::vector<std::vector<int64_t>>& counts) {
  std::string text;
  for (size_t label = 0; label < counts.size(); ++label) {
    const int64_t total = std::accumulate(counts[label].begin(), counts[label].end(), int64_t{0});
    for (size_t k = 0; k < counts[label].size(); ++k) {
      const auto count = static_cast<double>(counts[label][k]);
      text +=
          format("%zu %zu %g %.0f\n", k, label, total == 0 ? 0 : count / static_cast<double>(total), count);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string training_script(const std::string& metrics_csv, const std::string& png,
                            const std::string& title) {
  return gnuplot_header(png, 1000, 420) +
         "set datafile separator ','\nset datafile missing 'nan'\nset grid\nset xlabel 'epoch'\n" +
         format("set xtics %lld\n", static_cast<long long>(tick_distance(metrics_csv))) +
         "set multiplot layout 1,2 title " + gnuplot_text(title) + "\n" +
         "set ylabel 'loss'\nset key top right\n" + curves(metrics_csv, "loss") +
         "set ylabel 'accuracy, %'\nset key bottom right\n" + curves(metrics_csv, "accuracy") +
         "unset multiplot\n";
}

bool plot_training(const std::string& metrics_csv, const std::string& png, const std::string& title) {
  return run_gnuplot(training_script(metrics_csv, png, title), png);
}

std::string confusion_script(const Evaluation& evaluation, const std::vector<std::string>& classes,
                             const std::string& png, const std::string& title) {
  const auto K = static_cast<int>(classes.size());
  const bool small = K <= 20;  // room for names and numbers
  const int side = small ? std::max(760, 280 + 48 * K) : 1000;
  std::string script =
      gnuplot_header(png, side, side) + "set title " + gnuplot_text(title) +
      "\nset xlabel 'predicted'\nset ylabel 'label'\nset size square\n"
      "set palette defined (0 '#ffffff', 0.02 '#dbe9f6', 0.3 '#6baed6', 1 '#08306b')\nset cbrange [0:1]\n"
      "set cblabel 'share of the label'\n" +
      format("set xrange [-0.5:%d-0.5]\nset yrange [%d-0.5:-0.5]\n", K, K);
  if (small) {
    script += "set xtics rotate by 45 right " + class_ticks(classes) + "set ytics " + class_ticks(classes);
  }
  script += "$m << EOD\n" + matrix_text(evaluation.counts) + "EOD\nplot $m using 1:2:3 with image notitle";
  if (small) {  // white numbers on dark fields
    script +=
        ", $m using 1:2:($3 > 0.5 ? '' : sprintf('%d', $4)) with labels notitle"
        ", $m using 1:2:($3 > 0.5 ? sprintf('%d', $4) : '') with labels textcolor rgb 'white' notitle";
  }
  return script + "\n";
}

bool plot_confusion(const Evaluation& evaluation, const std::vector<std::string>& classes,
                    const std::string& png, const std::string& title) {
  return run_gnuplot(confusion_script(evaluation, classes, png, title), png);
}

}  // namespace eca
