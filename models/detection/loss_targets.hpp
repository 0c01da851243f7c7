// What outputs of a head shall be, put together number by number; and where the samples for it come from.
#pragma once

#include <span>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "core/base/random.hpp"
#include "layers/detection/box_coder.hpp"
#include "models/detection/detector.hpp"

namespace eca {

// t and w of an element loss (layers/detection/element_losses.hpp) for outputs x: all of t 0 and none weighed, until set.
class LossTargets {
 public:
  explicit LossTargets(const Tensor& x)
      : shape_(x.shape()),
        t_(static_cast<size_t>(x.numel()), real{0}),
        w_(static_cast<size_t>(x.numel()), real{0}) {}

  // Element i; nothing where i is -1.
  void set(int64_t i, double t, double w);
  // Elements 4i to 4i+3; nothing where i is -1.
  void set(int64_t i, const BoxDelta& delta, double w);

  Tensor t() const { return Tensor::from(shape_, t_); }
  Tensor w() const { return Tensor::from(shape_, w_); }

 private:
  Shape shape_;
  std::vector<real> t_, w_;
};

// Numbers 4i to 4i+3 of a head's outputs.
BoxDelta delta_at(std::span<const real> deltas, size_t i);

Tensor sum_of(const std::vector<Tensor>& losses);

// What is drawn in a training step: each from random numbers of its own.
enum class Drawing : uint64_t { anchors, regions, mask_regions };
Random drawing(const SampleAddress& address, size_t image, Drawing what);

}  // namespace eca
