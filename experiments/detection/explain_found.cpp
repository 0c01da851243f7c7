#include "experiments/detection/explain_found.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/detection/batch_targets.hpp"
#include "experiments/detection/draw_objects.hpp"
#include "experiments/detection/evaluate_detector.hpp"
#include "experiments/detection/explain_panel.hpp"

namespace eca {

Picture found_picture(const DetectionExample& truth, const std::vector<std::string>& there,
                      const std::vector<Detection>& found, const std::vector<std::string>& known,
                      double least) {
  const Image& image = truth.image;
  const Placement as_it_is =
      fitted_placement(image.height, image.width, {.height = image.height, .width = image.width});
  std::vector<DrawnObject> objects, seen;
  for (const DetectionObject& object : truth.objects) objects.push_back(drawn(object, there));
  for (const CocoDetection& detection : on_image(found, as_it_is, /*image=*/0)) {
    if (detection.score >= least) seen.push_back(drawn(detection, known));
  }
  std::reverse(seen.begin(), seen.end());  // the best lie on top
  const auto panel = [&](const std::vector<DrawnObject>& all, const char* title) {
    return ExplainPanel(draw_objects(image, all, kPanelSide)).titled(format("%s: %zu", title, all.size()));
  };
  return explain_sheet({panel(objects, "there"), panel(seen, "found")});
}

static const Detection* best_of(const std::vector<Detection>& found, const CornerBox& box) {
  const auto by_overlap = [&](const Detection& a, const Detection& b) {
    return iou(a.box, box) < iou(b.box, box);
  };
  const auto best = std::max_element(found.begin(), found.end(), by_overlap);
  return best != found.end() && iou(best->box, box) >= 0.5 ? &*best : nullptr;
}

FoundObject largest_found(const std::vector<const DetectionObject*>& objects,
                          const std::vector<Detection>& found) {
  FoundObject largest;
  for (const DetectionObject* object : objects) {
    if (largest.object != nullptr && object->box.area() <= largest.object->box.area()) continue;
    const Detection* best = best_of(found, corners_of(object->box));
    if (best != nullptr) largest = {object, best};
  }
  return largest;
}

}  // namespace eca
