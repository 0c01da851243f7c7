// What `eca watch` knows of a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/training/live_progress.hpp"
#include "experiments/training/run_state.hpp"

namespace eca {

enum class RunPhase {
  trains,    // a process does
  stopped,   // before its end, and no process trains in the directory
  finished,  // made its last step
};

struct WatchedRun {
  std::string folder, title;  // title: "eca_resnet20 on synthetic, seed 1"
  int64_t epochs = 0;         // that it is to have; 0 where steps decide
  RunPhase phase = RunPhase::stopped;
  std::vector<EpochRow> rows;
  std::optional<LiveProgress> progress;  // of the epoch under way; none of a finished run
};

// Throws Error if the folder holds no run, FileError if a file of the run cannot be read.
WatchedRun look_at_run(const std::string& folder);

// "epoch 3 of 10, step 1234 of 3910, 1230 img/s, 5:12 left", or how it ended.
std::string state_text(const WatchedRun& run);

// Done of it, 0 to 1.
double share_done(const WatchedRun& run);

}  // namespace eca
