#include "experiments/ablation/ablation_pictures.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/common/csv_table.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/gnuplot.hpp"

namespace eca {

namespace {

std::string label(const Score& score) { return score.name + " after the last epoch, %"; }

// The finished arms in the order of the table, x not set.
std::vector<ScatterPoint> means(const CsvTable& report) {
  std::vector<ScatterPoint> points;
  for (size_t i = 0; i < report.size(); ++i) {
    if (report.text(i, "mean").empty()) continue;
    ScatterPoint point = {.name = report.text(i, "arm"), .y = report.number(i, "mean")};
    const bool several = !report.text(i, "low").empty();
    point.y_low = several ? std::max(report.number(i, "low"), 0.0) : point.y;
    point.y_high = several ? std::min(report.number(i, "high"), 100.0) : point.y;
    points.push_back(point);
  }
  return points;
}

Axis score_axis(const std::vector<ScatterPoint>& points) {
  std::vector<double> values;
  for (const ScatterPoint& point : points) values.insert(values.end(), {point.y_low, point.y_high});
  return linear_axis(values, 0, 100);
}

std::string title(const char* more) { return std::string("mean of the seeds with its 95 % interval") + more; }

struct ArmSize {
  int64_t plain, added;  // parameters of the network without attention, and those that attention adds
};

ArmSize size_of(const RunConfig& config, const AblationTask& task) {
  const int64_t plain = task.parameters(config, /*with_attention=*/false);
  return {plain, task.parameters(config, /*with_attention=*/true) - plain};
}

struct Seconds {
  std::vector<double> all;
  std::set<std::string> threads;
};

}  // namespace

ScatterPlot score_by_parameters(const Ablation& ablation, const std::string& report_csv) {
  const CsvTable report(report_csv);
  std::map<std::string, ArmSize> sizes;
  std::set<int64_t> plain;
  for (const Arm& arm : ablation.arms)
    plain.insert((sizes[arm.name] = size_of(*arm.config, *ablation.task)).plain);
  std::map<std::string, double> whole;
  for (size_t i = 0; i < report.size(); ++i) {
    if (report.text(i, "parameters").empty()) continue;
    whole[report.text(i, "arm")] = report.number(i, "parameters");
  }
  ScatterPlot plot = {.title = title(""), .y_label = label(ablation.scores.front()), .points = means(report)};
  std::vector<double> values;
  for (ScatterPoint& point : plot.points) {
    if (!sizes.contains(point.name)) throw Error("no arm \"" + point.name + "\" in the ablation's file");
    const auto added = static_cast<double>(sizes[point.name].added);
    point.x = point.x_low = point.x_high = plain.size() == 1 ? added : whole[point.name];
    values.push_back(point.x);
  }
  plot.x_label = plain.size() > 1 ? "parameters of the network"
                                  : format("parameters that attention adds to the %s of the plain network",
                                           short_number(static_cast<double>(*plain.begin())).c_str());
  if (plot.points.empty()) return plot;
  plot.x = size_axis(values);
  plot.y = score_axis(plot.points);
  return plot;
}

ScatterPlot score_by_time(const Ablation& ablation, const std::string& report_csv,
                          const std::string& timing_csv) {
  const CsvTable report(report_csv), timing(timing_csv);
  std::map<std::string, Seconds> seconds;
  std::set<std::string> threads;
  for (size_t i = 0; i < timing.size(); ++i) {
    Seconds& arm = seconds[timing.text(i, "arm")];
    arm.all.push_back(timing.number(i, "seconds"));
    threads.insert(timing.text(i, "threads"));
  }
  double longest = 0;
  for (auto& [name, arm] : seconds) {
    std::sort(arm.all.begin(), arm.all.end());
    longest = std::max(longest, arm.all.back());
  }
  const double unit = longest < 120 ? 1 : longest < 3 * 3600 ? 60 : 3600;
  const std::string unit_name = unit == 1 ? "seconds" : unit == 60 ? "minutes" : "hours";
  ScatterPlot plot = {.title = title("; across it the fastest, the middle and the slowest run"),
                      .x_label = unit_name + " of a run, evaluation included",
                      .y_label = label(ablation.scores.front()),
                      .points = means(report)};
  if (threads.size() == 1) {
    plot.x_label += ", on " + *threads.begin() + (*threads.begin() == "1" ? " thread" : " threads");
  }
  std::erase_if(plot.points, [&](const ScatterPoint& point) { return !seconds.contains(point.name); });
  std::vector<double> values;
  for (ScatterPoint& point : plot.points) {
    const std::vector<double>& all = seconds[point.name].all;
    const size_t half = all.size() / 2;
    point.x = (all.size() % 2 == 1 ? all[half] : (all[half - 1] + all[half]) / 2) / unit;
    point.x_low = all.front() / unit;
    point.x_high = all.back() / unit;
    values.insert(values.end(), {point.x_low, point.x_high});
  }
  if (plot.points.empty()) return plot;
  plot.x = linear_axis(values, 0, 1e300);
  plot.y = score_axis(plot.points);
  return plot;
}

static bool draw(const ScatterPlot& plot, const std::string& png) {
  return !plot.points.empty() && run_gnuplot(scatter_script(plot, png), png);
}

bool draw_pictures(const Ablation& ablation, const std::string& out) {
  const std::string report_file = out + "/report.csv", timing_file = out + "/timing.csv";
  const std::string report = read_config_bytes(report_file), timing = read_config_bytes(timing_file);
  ScatterPlot by_parameters, by_time;
  try {
    by_parameters = score_by_parameters(ablation, report);
  } catch (const Error& error) {
    throw FileError(report_file, error.what());
  }
  try {
    by_time = score_by_time(ablation, report, timing);
  } catch (const Error& error) {
    throw FileError(timing_file, error.what());
  }
  const std::string& what = ablation.scores.front().file;
  const bool drawn = draw(by_parameters, out + "/" + what + "_params.png");
  return draw(by_time, out + "/" + what + "_time.png") && drawn;
}

}  // namespace eca
