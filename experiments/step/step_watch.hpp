// Makes a row of every node that a tape walks while it lives.
#pragma once

#include <functional>

#include "core/autograd/tape_watch.hpp"
#include "experiments/step/step_row.hpp"

namespace eca {

class StepWatch final : public TapeWatch {
 public:
  // `take` gets each row when its node is done. Where it throws, the walk ends.
  explicit StepWatch(std::function<void(const StepRow&)> take) : take_(std::move(take)) {}

  void before(const Node& node, const Tensor& dy) override;
  void after(const Node& node) override;
  void freed() override;

 private:
  std::function<void(const StepRow&)> take_;
  StepRow row_;
  int64_t live_bytes_ = 0;  // before the node is freed
};

}  // namespace eca
