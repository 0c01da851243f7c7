// A training as TensorBoard shows it: `eca train --tensorboard`, then `tensorboard --logdir runs`.
//   step/...            loss, accuracy and learning rate of single steps
//   epoch/...           losses and accuracies of epochs, as in metrics.csv; images per second
//   gates_mean/..., gates_deviation/..., gates_min/..., gates_max/...    of each module with channel attention, by epoch
//   gates/...           the same gates as histograms
//   batch/images        what the network sees
// Steps count over all epochs and sittings. Each sitting writes a file of its own.
#pragma once

#include <optional>
#include <string>

#include "data/image_set.hpp"
#include "experiments/tensorboard/event_file.hpp"
#include "experiments/tensorboard/events.hpp"
#include "experiments/training/training_observer.hpp"

namespace eca {

class TensorBoardLog final : public TrainingObserver {
 public:
  // Keeps a reference to the data, which must outlive it. Makes no file before begin().
  TensorBoardLog(const std::string& folder, const Dataset& data, int64_t batch_size);

  // Makes the file; throws FileError if that fails. A later failure is a warning, after which nothing more is written: a
  // training of days need not end for its curves.
  void begin(int64_t done, int64_t total) override;
  void batch(const Batch& batch, int64_t step) override;
  void step(const StepReport& report) override;
  void epoch(const EpochReport& report, Module& network) override;

 private:
  void append(const std::string& event);

  std::string folder_;
  const Dataset& data_;
  int64_t batch_size_;
  int64_t every_ = 1;              // steps, from one that is written to the next
  bool first_ = true;              // no batch of this sitting was seen yet
  std::optional<EventFile> file_;  // none before begin() and after a failure
};

// So that a run has at most a thousand points: every step up to a thousand of them, every second up to two thousand, and so on.
int64_t steps_between_points(int64_t total_steps);

}  // namespace eca
