// How far a run has come within its epoch: `progress.txt` in its directory, for whoever looks on.
#pragma once

#include <chrono>
#include <optional>

#include "experiments/training/run_directory.hpp"

namespace eca {

struct LiveProgress {
  int64_t epoch = 0;               // the one under way, from 1
  int64_t batch = 0, batches = 0;  // done of it, and in it
  int64_t step = 0, steps = 0;     // done in all, and in the run
  double loss = 0;                 // of the epoch so far
  std::optional<double> accuracy;  // the same, in percent; none of detectors
  double images_per_second = 0, seconds_left = 0;
};

// Writes the file now and then. It is either the one before or the new one, but is not synced to the disk; and as nothing
// depends on it, that it cannot be written is not an error.
class LiveProgressFile {
 public:
  explicit LiveProgressFile(const RunDirectory& directory) : path_(directory.file("progress.txt")) {}
  // Whether a second has passed since the last time.
  bool is_due() const;
  void write(const LiveProgress& progress);
  void remove() const;

 private:
  std::string path_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

// Nothing if there is no such file, or none that can be read.
std::optional<LiveProgress> read_live_progress(const RunDirectory& directory);

}  // namespace eca
