// What a detector is trained on in one image: matcher, sampler and box coder, one after the other.
#pragma once

#include <span>
#include <vector>

#include "layers/detection/balanced_sample.hpp"
#include "layers/detection/box_coder.hpp"
#include "layers/detection/corner_box.hpp"
#include "layers/detection/matcher.hpp"

namespace eca {

// The defaults are those of the region proposal network. Where they come from stands with each part.
struct TargetRules {
  Matcher matcher = {.high = 0.7, .low = 0.3, .low_quality = true};
  SampleSize size = {.count = 256, .positive_fraction = 0.5};
  BoxCoder coder = {};
};

struct DetectionTargets {
  BalancedSample sample;         // of the candidates
  std::vector<int64_t> objects;  // of each of sample.positives, which it shall find
  std::vector<BoxDelta> deltas;  // and how that differs from it
};

// candidates: anchors or proposals. Throws what its parts throw.
DetectionTargets detection_targets(std::span<const CornerBox> candidates, std::span<const CornerBox> objects,
                                   Random& random, const TargetRules& rules = {});

}  // namespace eca
