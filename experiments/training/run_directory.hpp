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

  // Makes the folder and writes config.txt. Throws Error if it holds a run already, FileError if it cannot be made.
  void create(const TrainConfig& config) const;

  // The stored configuration. Throws Error if a key that `asked` gives differs from it and decides numbers; threads and
  // the like are taken over from `asked`.
  TrainConfig resume(const TrainConfig& asked) const;

 private:
  std::string path_;
};

}  // namespace eca
