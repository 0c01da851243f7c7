// The folder of one run:
//   config.txt               the resolved configuration; `eca train --config` reads it back
//   environment.txt          what the numbers and the speed depended on
//   metrics.csv              one row an epoch
//   last.safetensors         checkpoint to resume from
//   best.safetensors         weights of the epoch with the best test accuracy
//   weights.safetensors      weights at the end
//   training.png             loss and accuracy over the epochs
#pragma once

#include <string>

#include "experiments/training/train_config.hpp"

namespace eca {

class RunDirectory {
 public:
  explicit RunDirectory(const std::string& path) : path_(path) {}

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  bool holds_run() const;         // config.txt is there
  bool holds_checkpoint() const;  // last.safetensors is there
  bool holds_weights() const;     // weights.safetensors is there: the run made its last step
  bool holds_progress() const { return holds_checkpoint() || holds_weights(); }

  // Makes the folder and writes config.txt. A run without progress, one that was refused, stopped in a debugger or
  // killed early, is begun again. Throws Error if there is progress, FileError if the folder cannot be made.
  void create(const TrainConfig& config) const;

  // The stored configuration, with the keys that `asked` gives and that decide no numbers, threads and the like.
  // Without progress all keys that `asked` gives are taken. Throws Error if a key that decides numbers differs
  // from a run with progress, FileError if config.txt cannot be read.
  TrainConfig resume(const TrainConfig& asked) const;

 private:
  std::string path_;
};

}  // namespace eca
