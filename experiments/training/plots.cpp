#include "experiments/training/plots.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace eca {

// First folder of PATH that holds the program; asking a shell would cost a process each time.
bool have_gnuplot() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/gnuplot").c_str(), X_OK) == 0) return true;
  }
  return false;
}

static bool run_gnuplot(const std::string& script, const std::string& png) {
  if (!have_gnuplot()) return false;
  FILE* pipe = popen("gnuplot 2>/dev/null", "w");
  if (pipe == nullptr) return false;
  std::fputs(script.c_str(), pipe);
  return pclose(pipe) == 0 && std::filesystem::exists(png);
}

// A single-quoted gnuplot string.
static std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

// Whole epochs, about ten of them.
static int64_t tic_distance(const std::string& metrics_csv) {
  std::ifstream file(metrics_csv);
  int64_t rows = 0;
  for (std::string line; std::getline(file, line);) ++rows;
  return std::max<int64_t>(1, rows / 10);
}

bool plot_training(const std::string& metrics_csv, const std::string& png, const std::string& title) {
  const std::string csv = quoted(metrics_csv);
  const std::string script =
      "set terminal pngcairo size 1000,420 font 'sans,10' noenhanced\nset output " + quoted(png) +
      "\nset datafile separator ','\nset datafile missing 'nan'\nset key autotitle columnhead\nset grid\nset "
      "xlabel 'epoch'\nset xtics " +
      std::to_string(tic_distance(metrics_csv)) +
      "\n"
      "set multiplot layout 1,2 title " +
      quoted(title) +
      "\n"
      "set ylabel 'loss'\nset key top right\n"
      "plot " +
      csv + " using 'epoch':'train_loss' with linespoints pt 7 ps 0.6 lw 2 lc rgb '#4477aa' title 'train', " +
      csv +
      " using 'epoch':'test_loss' with linespoints pt 7 ps 0.6 lw 2 lc rgb '#ee6677' title 'test'\n"
      "set ylabel 'accuracy, %'\nset key bottom right\n"
      "plot " +
      csv +
      " using 'epoch':'train_accuracy' with linespoints pt 7 ps 0.6 lw 2 lc rgb '#4477aa' title 'train', " +
      csv +
      " using 'epoch':'test_accuracy' with linespoints pt 7 ps 0.6 lw 2 lc rgb '#ee6677' title 'test'\n"
      "unset multiplot\n";
  return run_gnuplot(script, png);
}

bool plot_confusion(const Evaluation& evaluation, const std::vector<std::string>& classes,
                    const std::string& png, const std::string& title) {
  const size_t K = classes.size();
  const bool small = K <= 20;  // room for names and numbers
  const int side = small ? 760 : 1000;
  std::ostringstream script;
  script
      << "set terminal pngcairo size " << side << "," << side << " font 'sans,10' noenhanced\nset output "
      << quoted(png) << "\nset title " << quoted(title)
      << "\nset xlabel 'predicted'\nset ylabel 'label'\nset size square\n"
      << "set palette defined (0 '#ffffff', 0.02 '#dbe9f6', 0.3 '#6baed6', 1 '#08306b')\nset cbrange [0:1]\n"
      << "set cblabel 'share of the label'\nset xrange [-0.5:" << K << "-0.5]\nset yrange [" << K
      << "-0.5:-0.5]\n";
  if (small) {
    for (const char axis : {'x', 'y'}) {
      script << "set " << axis << "tics " << (axis == 'x' ? "rotate by 45 right " : "") << "(";
      for (size_t k = 0; k < K; ++k) script << (k > 0 ? ", " : "") << quoted(classes[k]) << " " << k;
      script << ")\n";
    }
  }
  script << "$m << EOD\n";
  for (size_t label = 0; label < K; ++label) {
    int64_t total = 0;
    for (const int64_t count : evaluation.counts[label]) total += count;
    for (size_t k = 0; k < K; ++k) {
      const int64_t count = evaluation.counts[label][k];
      script << k << " " << label << " "
             << (total == 0 ? 0 : static_cast<double>(count) / static_cast<double>(total)) << " " << count
             << "\n";
    }
    script << "\n";
  }
  script << "EOD\nplot $m using 1:2:3 with image notitle";
  if (small) {
    script << ", $m using 1:2:($3 > 0.5 ? '' : sprintf('%d', $4)) with labels notitle"
           << ", $m using 1:2:($3 > 0.5 ? sprintf('%d', $4) : '') with labels textcolor rgb 'white' notitle";
  }
  script << "\n";
  return run_gnuplot(script.str(), png);
}

bool plot_points(const std::vector<PlotPoint>& points, const std::string& png, const std::string& x_label,
                 const std::string& y_label) {
  if (points.empty()) return false;
  std::ostringstream script;
  script << "set terminal pngcairo size 760,480 font 'sans,10' noenhanced\nset output " << quoted(png)
         << "\nset grid\nset offsets graph 0.1, graph 0.2, graph 0.1, graph 0.1\nset xlabel "
         << quoted(x_label) << "\nset ylabel " << quoted(y_label) << "\n$points << EOD\n";
  script.precision(17);
  for (const PlotPoint& p : points) {
    script << p.x << " " << p.y << " " << p.low << " " << p.high << " " << p.name << "\n";
  }
  script << "EOD\nplot $points using 1:2:3:4 with yerrorbars pt 7 lw 2 lc rgb '#4477aa' notitle, "
            "$points using 1:2:5 with labels left offset 1,0.4 notitle\n";
  return run_gnuplot(script.str(), png);
}

}  // namespace eca
