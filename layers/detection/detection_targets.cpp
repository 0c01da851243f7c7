#include "layers/detection/detection_targets.hpp"

namespace eca {

DetectionTargets detection_targets(std::span<const CornerBox> candidates, std::span<const CornerBox> objects,
                                   Random& random, const TargetRules& rules) {
  const std::vector<int64_t> matches =
      rules.matcher.match(iou_matrix(objects, candidates), std::ssize(objects), std::ssize(candidates));
  DetectionTargets targets;
  targets.sample = balanced_sample(matches, rules.size, random);
  for (const int64_t i : targets.sample.positives) {
    const auto candidate = static_cast<size_t>(i);
    const int64_t object = matches[candidate];
    targets.objects.push_back(object);
    targets.deltas.push_back(rules.coder.encode(objects[static_cast<size_t>(object)], candidates[candidate]));
  }
  return targets;
}

}  // namespace eca
