// What both kinds of detectors do with what they found.
#pragma once

#include <span>
#include <vector>

#include "models/detection/detector.hpp"

namespace eca {

struct ImageSize {
  int64_t height, width;
};

double sigmoid_of(double x);

// The indices of the `most` highest scores, from the highest down; of equal ones the lower index comes first.
std::vector<size_t> highest(std::span<const double> scores, int64_t most);

// Of an image's candidates those that no better one of their class overlaps too much: rules.most of them, from the highest score down.
std::vector<Detection> suppressed(const std::vector<Detection>& candidates, const OutputRules& rules);

// Throws Error unless the images are (N,H,W,3) and there are N lists of objects as TargetObject says, with masks where asked for.
void check_targets(const Tensor& images, const std::vector<ImageTargets>& targets, int64_t classes,
                   bool with_masks);

std::vector<CornerBox> boxes_of(const ImageTargets& targets);

}  // namespace eca
