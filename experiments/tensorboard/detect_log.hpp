// The training of a detector as TensorBoard shows it:
//   step/...     loss, its parts and learning rate of single steps
//   epoch/...    loss, its parts and AP of epochs, as in metrics.csv; images per second
#pragma once

#include "experiments/detection/detect_observer.hpp"
#include "experiments/tensorboard/event_log.hpp"

namespace eca {

class DetectTensorBoardLog final : public DetectObserver {
 public:
  explicit DetectTensorBoardLog(const std::string& folder) : log_(folder) {}
  void begin(int64_t done, int64_t total) override { log_.begin(done, total); }
  void step(int64_t step, const std::vector<NamedNumber>& numbers) override;
  void epoch(int64_t step, const std::vector<NamedNumber>& numbers) override;

 private:
  EventLog log_;
};

}  // namespace eca
