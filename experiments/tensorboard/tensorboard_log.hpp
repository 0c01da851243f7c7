// A training as TensorBoard shows it: `eca train --tensorboard`, then `tensorboard --logdir runs`.
//   step/...            loss, accuracy and learning rate of single steps
//   epoch/...           losses and accuracies of epochs, as in metrics.csv; images per second
//   gates_mean/..., gates_deviation/..., gates_min/..., gates_max/...    of each module with channel attention, by epoch
//   gates/...           the same gates as histograms
//   batch/images        what the network sees
// Steps count over all epochs and sittings. Each sitting writes a file of its own.
#pragma once

#include <string>

#include "data/image_set.hpp"
#include "experiments/tensorboard/event_log.hpp"
#include "experiments/training/training_observer.hpp"

namespace eca {

class TensorBoardLog final : public TrainingObserver {
 public:
  // Keeps a reference to the data, which must outlive it. Makes no file before begin().
  TensorBoardLog(const std::string& folder, const Dataset& data, int64_t batch_size);

  void begin(int64_t done, int64_t total) override { log_.begin(done, total); }
  void batch(const Batch& batch, int64_t step) override;
  void step(const StepReport& report) override;
  void epoch(const EpochReport& report, Module& network) override;

 private:
  EventLog log_;
  const Dataset& data_;
  int64_t batch_size_;
  bool first_ = true;  // no batch of this sitting was seen yet
};

}  // namespace eca
