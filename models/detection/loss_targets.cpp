#include "models/detection/loss_targets.hpp"

#include "core/ops/elementwise.hpp"

namespace eca {

void LossTargets::set(int64_t i, double t, double w) {
  if (i < 0) return;
  t_[static_cast<size_t>(i)] = static_cast<real>(t);
  w_[static_cast<size_t>(i)] = static_cast<real>(w);
}

void LossTargets::set(int64_t i, const BoxDelta& delta, double w) {
  if (i < 0) return;
  for (size_t j = 0; j < delta.size(); ++j) set(4 * i + static_cast<int64_t>(j), delta[j], w);
}

BoxDelta delta_at(std::span<const real> deltas, size_t i) {
  BoxDelta delta;
  for (size_t j = 0; j < delta.size(); ++j) delta[j] = static_cast<double>(deltas[4 * i + j]);
  return delta;
}

Tensor sum_of(const std::vector<Tensor>& losses) {
  Tensor sum = losses.front();
  for (size_t i = 1; i < losses.size(); ++i) sum = add(sum, losses[i]);
  return sum;
}

// The last address counts from 1: what data/loader.cpp draws with this purpose has 0 there.
Random drawing(const SampleAddress& address, size_t image, Drawing what) {
  return {address.seed, Purpose::sampling, address.step,
          1 + 3 * static_cast<uint64_t>(image) + static_cast<uint64_t>(what)};
}

}  // namespace eca
