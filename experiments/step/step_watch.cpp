#include "experiments/step/step_watch.hpp"

#include "core/autograd/tape.hpp"

namespace eca {

void StepWatch::before(const Node& node, const Tensor& dy) {
  row_ = {.seq = node.seq(), .node = node.name(), .scope = node.scope()};
  row_.y = node.output()->name;
  row_.output = node.output()->shape;
  row_.saved_bytes = node.saved_bytes();
  row_.reached = dy.defined();
  if (row_.reached) row_.dy = range_of(dy.data(), dy.numel());
  live_bytes_ = memory_stats().live_bytes;
}

void StepWatch::after(const Node& node) {
  for (const GradientPtr& input : node.inputs()) {
    if (!input || !input->touched) continue;
    row_.gradients.push_back(
        {input->name, input->shape, range_of(input->storage->data, input->shape.numel())});
  }
  live_bytes_ = memory_stats().live_bytes;
}

void StepWatch::freed() {
  row_.live_bytes = memory_stats().live_bytes;
  row_.freed_bytes = live_bytes_ - row_.live_bytes;
  take_(row_);
}

}  // namespace eca
