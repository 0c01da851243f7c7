// What a run directory tells of its run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "experiments/training/run_directory.hpp"

namespace eca {

// A row of metrics.csv of a run of any kind, by column. NaN: not measured.
using Metrics = std::map<std::string, double>;
// All of them; none where there is no file yet. Throws FileError naming the line if it does not read as its first line says.
std::vector<Metrics> read_metrics(const RunDirectory& directory);

// The last one; empty where there is none yet. Throws as read_metrics does.
Metrics last_metrics(const RunDirectory& directory);
// The same of the text of metrics.csv. Throws Error naming the line.
Metrics last_metrics(const std::string& metrics);

// A row of a classifier's metrics.csv. Losses are means, accuracies percent; those on the test images are NaN where they were not measured.
struct EpochRow {
  int64_t epoch = 0, step = 0;  // done by then
  double lr = 0, train_loss = 0, train_accuracy = 0, test_loss = 0, test_accuracy = 0;
  double seconds = 0;  // in all sittings
};
// All of them; none where there is no file yet. Throws FileError naming the line if one is not readable.
std::vector<EpochRow> read_epochs(const RunDirectory& directory);

// The last row of metrics.csv; all 0 where there is none yet.
EpochRow read_last_epoch(const RunDirectory& directory);

// True if the run made its last step and wrote its weights.
bool is_finished(const RunDirectory& directory);

// Part of the run that metrics.csv shows as done, 0 to 1.
double part_done(const RunDirectory& directory, const RunConfig& config);

}  // namespace eca
