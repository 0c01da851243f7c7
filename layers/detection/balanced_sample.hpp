// The balanced sampler: of very many candidates, most of them background, some that a loss is taken of.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/random.hpp"

namespace eca {

// Source: torchvision BalancedPositiveNegativeSampler (models/detection/_utils.py) and MMDetection's RandomSampler. Both take 256 of
//         which half at most are objects in the RPN, and 512 of which a quarter at most in the box head (faster_rcnn.py).
struct SampleSize {
  int64_t count = 256;
  double positive_fraction = 0.5;
};

struct BalancedSample {
  std::vector<int64_t> positives, negatives;  // indices, from the lowest up
};

// From what Matcher::match put out: at most count * positive_fraction of those with an object, rounded down, and of background as
// many as are then missing. Ignored ones are in neither.
// Random numbers are drawn from `random` alone: of a stream addressed by step and image the same sample is drawn by any process
// at any time.
// Throws Error unless count >= 0 and 0 <= positive_fraction <= 1.
BalancedSample balanced_sample(std::span<const int64_t> matches, const SampleSize& size, Random& random);

}  // namespace eca
