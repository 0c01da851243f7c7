// What `eca watch` knows of a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/training/live_progress.hpp"

namespace eca {

enum class RunPhase {
  trains,    // a process does
  stopped,   // before its end, and no process trains in the directory
  finished,  // made its last step
};

// What says how good a run is, in how many curves. Of a classifier its accuracy, of a detector its average precision.
struct WatchedScore {
  std::string chart = "accuracy, %", name = "test accuracy", unit = " %";
  const char* pattern = "%.2f";
  double most = 100;
  std::vector<std::string> curves = {"train",
                                     "test"};  // the last one is the score by which an epoch is the best
};

// A row of metrics.csv; NaN where nothing was measured.
struct WatchedRow {
  int64_t epoch = 0, step = 0;  // done by then
  double train_loss = 0, test_loss = 0;
  std::vector<double> scores;  // of each curve of the score
  double seconds = 0;          // in all sittings

  double score() const { return scores.back(); }
};

struct WatchedRun {
  std::string folder, title;  // title: "eca_resnet20 on synthetic, seed 1"
  int64_t epochs = 0;         // that it is to have; 0 where steps decide
  RunPhase phase = RunPhase::stopped;
  bool detector = false;
  WatchedScore score;
  std::vector<WatchedRow> rows;
  std::optional<LiveProgress> progress;  // of the epoch under way; none of a finished run
};

// Throws Error if the folder holds no run, FileError if a file of the run cannot be read.
WatchedRun look_at_run(const std::string& folder);

// Throws Error where one is of a classifier and another of a detector.
void check_comparable(const std::vector<WatchedRun>& runs);

// "epoch 3 of 10, step 1234 of 3910, 1230 img/s, 5:12 left", or how it ended.
std::string state_text(const WatchedRun& run);

// Done of it, 0 to 1.
double share_done(const WatchedRun& run);

}  // namespace eca
