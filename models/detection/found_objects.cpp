#include "models/detection/found_objects.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "layers/detection/nms.hpp"

namespace eca {

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

std::vector<size_t> highest(std::span<const double> scores, int64_t most) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto count = std::min<std::ptrdiff_t>(most, std::ssize(order));
  std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](size_t a, size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  order.resize(static_cast<size_t>(count));
  return order;
}

std::vector<Detection> suppressed(const std::vector<Detection>& candidates, const OutputRules& rules) {
  std::vector<CornerBox> boxes;
  std::vector<double> scores;
  std::vector<int32_t> labels;
  for (const Detection& candidate : candidates) {
    boxes.push_back(candidate.box);
    scores.push_back(candidate.score);
    labels.push_back(candidate.label);
  }
  std::vector<Detection> kept;
  for (const int64_t i : nms(boxes, scores, rules.nms, labels, rules.most))
    kept.push_back(candidates[static_cast<size_t>(i)]);
  return kept;
}

static void check_object(const TargetObject& object, const std::string& which, int64_t classes,
                         int64_t mask_pixels) {
  const CornerBox& box = object.box;
  if (!(box.width() > 0 && box.height() > 0)) {
    throw Error(which + ": a box " + std::to_string(box.width()) + " wide and " +
                std::to_string(box.height()) + " high, expected both above 0");
  }
  if (object.label < 0 || object.label >= classes) {
    throw Error(which + ": label " + std::to_string(object.label) + ", expected 0 to " +
                std::to_string(classes - 1));
  }
  if (mask_pixels != 0 && std::ssize(object.mask) != mask_pixels) {
    throw Error(which + ": a mask of " + std::to_string(object.mask.size()) +
                " pixels, expected those of the image, " + std::to_string(mask_pixels));
  }
}

void check_targets(const Tensor& images, const std::vector<ImageTargets>& targets, int64_t classes,
                   bool with_masks) {
  if (std::ssize(targets) != images.dim(0)) {
    throw Error("detector: targets of " + std::to_string(targets.size()) + " images for " +
                std::to_string(images.dim(0)));
  }
  const int64_t pixels = with_masks ? images.dim(1) * images.dim(2) : 0;
  for (size_t n = 0; n < targets.size(); ++n) {
    for (size_t i = 0; i < targets[n].size(); ++i) {
      check_object(targets[n][i], "detector: image " + std::to_string(n) + ", object " + std::to_string(i),
                   classes, pixels);
    }
  }
}

std::vector<CornerBox> boxes_of(const ImageTargets& targets) {
  std::vector<CornerBox> boxes;
  for (const TargetObject& object : targets) boxes.push_back(object.box);
  return boxes;
}

}  // namespace eca
