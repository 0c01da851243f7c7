#include "experiments/step/step_watch.hpp"

#include "core/autograd/tape.hpp"

namespace eca {

// Lets go of the tensors at once: a backward may write over what nobody else holds.
static std::vector<SavedTensor> saved_by(const Node& node) {
  std::vector<SavedTensor> all;
  for (const auto& [role, saved] : node.saved_tensors()) {
    if (!saved.defined()) continue;
    const Tensor& tensor = saved.tensor();
    all.push_back({role, tensor.name(), tensor.shape(), tensor.storage() != nullptr, {}});
    if (all.back().stored) all.back().values = range_of(tensor.values());
  }
  return all;
}

void StepWatch::before(const Node& node, const Tensor& dy) {
  row_ = {.seq = node.seq(), .node = node.name(), .scope = node.scope()};
  row_.y = node.output()->name;
  row_.output = node.output()->shape;
  row_.saved = saved_by(node);
  row_.saved_bytes = node.saved_bytes();
  row_.reached = dy.defined();
  if (row_.reached) row_.dy = range_of(dy.values());
  live_bytes_ = memory_stats().live_bytes;
}

void StepWatch::after(const Node& node) {
  for (const GradientPtr& input : node.inputs()) {
    if (!input || !input->touched) continue;
    const Tensor gradient = Tensor::sharing(input->storage, input->shape, input->name);
    row_.gradients.push_back({input->name, input->shape, range_of(gradient.values())});
  }
  live_bytes_ = memory_stats().live_bytes;
}

void StepWatch::freed() {
  row_.live_bytes = memory_stats().live_bytes;
  row_.freed_bytes = live_bytes_ - row_.live_bytes;
  take_(row_);
}

}  // namespace eca
