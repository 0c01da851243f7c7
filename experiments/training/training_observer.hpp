// Who is told how a training goes, between its steps. Nothing that an observer does may change a weight.
#pragma once

#include <cstdint>
#include <optional>

#include "data/loader.hpp"
#include "layers/module.hpp"

namespace eca {

struct StepReport {
  int64_t step;     // from 1, over all epochs and sittings
  double lr, loss;  // loss: the mean over the batch
  double accuracy;  // percent of the batch
};

struct TestReport {
  double loss, accuracy;       // accuracy: percent
  std::optional<double> top5;  // percent; none where there are few classes
};

struct EpochReport {
  int64_t epoch, step;  // the epoch's number from 1, the last step's
  double train_loss, train_accuracy;
  std::optional<TestReport> test;  // none where the epoch is not evaluated
  double images_per_second;        // in training, of this sitting
};

class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  // Before the first step of a sitting, of `total` in the run. Those from `done` + 1 on will be made; some of them may have been
  // made before, by a sitting that was killed after its last checkpoint. Where it throws, the training ends.
  virtual void begin(int64_t done, int64_t total) = 0;
  // The batch of a step that is about to be made.
  virtual void batch(const Batch& batch, int64_t step) = 0;
  virtual void step(const StepReport& report) = 0;
  // After an epoch and its evaluation, before the checkpoint: what is reported twice was made twice.
  virtual void epoch(const EpochReport& report, Module& network) = 0;
};

}  // namespace eca
