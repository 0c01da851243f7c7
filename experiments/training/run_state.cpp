#include "experiments/training/run_state.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "core/base/error.hpp"

namespace eca {

LastEpoch read_last_epoch(const RunDirectory& directory) {
  std::ifstream file(directory.file("metrics.csv"));
  std::string last;
  int number = 0;
  for (std::string line; std::getline(file, line); ++number) {
    if (number > 0) last = line;
  }
  LastEpoch epoch;
  if (last.empty()) return epoch;
  long long count = 0, step = 0;
  if (std::sscanf(last.c_str(), "%lld,%lld,%*f,%*f,%*f,%*f,%lf,%lf", &count, &step, &epoch.test_accuracy,
                  &epoch.seconds) != 4) {
    throw FileError(directory.file("metrics.csv"),
                    "line " + std::to_string(number) + ": \"" + last + "\", expected eight numbers");
  }
  epoch.epoch = count;
  epoch.step = step;
  return epoch;
}

bool is_finished(const RunDirectory& directory) {
  return directory.holds_weights() && read_last_epoch(directory).epoch > 0;
}

double part_done(const RunDirectory& directory, const TrainConfig& config) {
  if (is_finished(directory)) return 1;
  const LastEpoch last = read_last_epoch(directory);
  const double part = config.steps > 0 ? static_cast<double>(last.step) / static_cast<double>(config.steps)
                                       : static_cast<double>(last.epoch) / static_cast<double>(config.epochs);
  return std::min(part, 1.0);
}

}  // namespace eca
