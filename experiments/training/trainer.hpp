// The training loop.
#pragma once

#include <functional>
#include <string>

#include "data/image_set.hpp"
#include "experiments/training/run_directory.hpp"
#include "experiments/training/train_config.hpp"
#include "experiments/training/training_observer.hpp"

namespace eca {

struct TrainResult {
  bool interrupted = false;         // as asked; the checkpoint holds everything up to the last finished step
  double accuracy = 0;              // percent on the test images after the last epoch
  double top5 = -1;                 // the same of the five most probable classes; -1: not known, or at most 5
  double seconds = 0;               // in all sittings, evaluation included
  double images_per_second = 0;     // of the training steps of this sitting; 0 if it made none
  std::string weights_sha256 = "";  // of weights.safetensors
};

enum class Start {
  begin,                   // refused where there is a run already
  resume,                  // goes on from the directory's checkpoint if there is one
  resume_on_changed_data,  // the same, also where images came, went or changed; the epoch under way begins again
  overwrite,               // instead of the run that is there
};

// Trains in the directory, which is made if it is not there, and owned meanwhile. What makes no run, because of
// configuration, data or initial weights, is refused before the directory is touched. The numbers depend on config and data
// alone: not on threads, nor on interruptions.
// Resuming throws Error with every difference between config and data and those of the checkpoint. A finished run may be
// prolonged by more epochs: it goes on at the rates that the schedule of the longer run has from there on.
// Throws FileError when a file cannot be written (what was written before stays), Error when the loss is not finite.
// After each step asks `stop_asked`; if it says yes, writes the checkpoint and returns. An `observer` is told of each step and
// epoch.
TrainResult train(const TrainConfig& config, const Dataset& data, const RunDirectory& directory, Start start,
                  const std::function<bool()>& stop_asked, TrainingObserver* observer = nullptr);

}  // namespace eca
