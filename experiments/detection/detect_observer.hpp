// Who is told how the training of a detector goes. Nothing that an observer does may change a weight.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eca {

struct NamedNumber {
  std::string name;
  double value;
};

class DetectObserver {
 public:
  virtual ~DetectObserver() = default;
  // As TrainingObserver::begin() of experiments/training/training_observer.hpp.
  virtual void begin(int64_t done, int64_t total) = 0;
  // Step from 1, over all epochs and sittings: the batch's loss and its parts, the learning rate.
  virtual void step(int64_t step, const std::vector<NamedNumber>& numbers) = 0;
  // After an epoch and its evaluation, before the checkpoint: what metrics.csv has of it, but for what is not a number.
  virtual void epoch(int64_t step, const std::vector<NamedNumber>& numbers) = 0;
};

}  // namespace eca
