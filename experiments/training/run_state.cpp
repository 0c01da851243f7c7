#include "experiments/training/run_state.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "core/base/error.hpp"

namespace eca {

std::vector<EpochRow> read_epochs(const RunDirectory& directory) {
  std::ifstream file(directory.file("metrics.csv"));
  std::vector<EpochRow> rows;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++number == 1 || line.empty()) continue;
    EpochRow row;
    long long epoch = 0, step = 0;
    if (std::sscanf(line.c_str(), "%lld,%lld,%lf,%lf,%lf,%lf,%lf,%lf", &epoch, &step, &row.lr,
                    &row.train_loss, &row.train_accuracy, &row.test_loss, &row.test_accuracy,
                    &row.seconds) != 8) {
      throw FileError(directory.file("metrics.csv"),
                      "line " + std::to_string(number) + ": \"" + line + "\", expected eight numbers");
    }
    row.epoch = epoch;
    row.step = step;
    rows.push_back(row);
  }
  return rows;
}

EpochRow read_last_epoch(const RunDirectory& directory) {
  const std::vector<EpochRow> rows = read_epochs(directory);
  return rows.empty() ? EpochRow{} : rows.back();
}

bool is_finished(const RunDirectory& directory) {
  return directory.holds_weights() && read_last_epoch(directory).epoch > 0;
}

double part_done(const RunDirectory& directory, const TrainConfig& config) {
  if (is_finished(directory)) return 1;
  const EpochRow last = read_last_epoch(directory);
  const double part = config.steps > 0 ? static_cast<double>(last.step) / static_cast<double>(config.steps)
                                       : static_cast<double>(last.epoch) / static_cast<double>(config.epochs);
  return std::min(part, 1.0);
}

}  // namespace eca
