#include "experiments/detection/batch_targets.hpp"

#include "core/base/error.hpp"

namespace eca {

CornerBox corners_of(const Box& box) { return {box.x, box.y, box.x + box.width, box.y + box.height}; }

Box box_of(const CornerBox& corners) { return {corners.x1, corners.y1, corners.width(), corners.height()}; }

std::vector<ImageTargets> targets_of(const DetectionBatch& batch, bool with_masks, const std::string& name) {
  std::vector<ImageTargets> targets(batch.objects.size());
  for (size_t n = 0; n < targets.size(); ++n) {
    for (const DetectionObject& object : batch.objects[n]) {
      if (object.crowd) continue;
      TargetObject target = {.box = corners_of(object.box), .label = object.label};
      if (with_masks && !object.mask) {
        throw Error(name + ": image " + std::to_string(batch.indices[n]) +
                    " has an object without a mask, expected one of each: a Mask R-CNN is trained on them");
      }
      if (with_masks) target.mask = decode_rle(*object.mask);
      targets[n].push_back(std::move(target));
    }
  }
  return targets;
}

}  // namespace eca
