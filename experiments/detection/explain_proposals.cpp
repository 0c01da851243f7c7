#include "experiments/detection/explain_proposals.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/detection/explain_panel.hpp"
#include "layers/detection/box_coder.hpp"
#include "layers/detection/nms.hpp"
#include "models/detection/found_objects.hpp"

namespace eca {

static constexpr Colour kBestColour = {150, 0, 0}, kWorstColour = {250, 190, 150};

// Three quarters of the way from an anchor to an object.
static CornerBox nearer(const CornerBox& anchor, const CornerBox& object) {
  BoxDelta delta = BoxCoder().encode(object, anchor);
  for (double& number : delta) number *= 0.75;
  return BoxCoder().decode(delta, anchor);
}

ScoredBoxes half_known_proposals(const PyramidAnchors& anchors, const std::vector<CornerBox>& objects,
                                 int64_t most_of_map) {
  ScoredBoxes scored;
  if (objects.empty()) return scored;
  for (size_t map = 0; map < anchors.maps(); ++map) {
    const auto boxes = anchors.boxes_of_map(map);
    const auto overlap_with = [&](size_t i) {
      return [&, i](const CornerBox& a, const CornerBox& b) { return iou(boxes[i], a) < iou(boxes[i], b); };
    };
    std::vector<size_t> nearest;
    std::vector<double> overlaps;
    for (size_t i = 0; i < boxes.size(); ++i) {
      const auto best = std::max_element(objects.begin(), objects.end(), overlap_with(i));
      nearest.push_back(static_cast<size_t>(best - objects.begin()));
      overlaps.push_back(iou(boxes[i], *best));
    }
    for (const size_t i : highest(overlaps, most_of_map)) {
      if (overlaps[i] <= 0) break;
      scored.boxes.push_back(nearer(boxes[i], objects[nearest[i]]));
      scored.scores.push_back(overlaps[i]);
      scored.maps.push_back(static_cast<int32_t>(map));
    }
  }
  return scored;
}

// The boxes of the first `shown` indices, the first ones on top.
static Picture best_panel(const Image& image, const ScoredBoxes& scored, const std::vector<size_t>& order,
                          int64_t shown, const char* title) {
  ExplainPanel panel(faded(image));
  const auto count = static_cast<size_t>(std::min(shown, static_cast<int64_t>(std::ssize(order))));
  for (size_t k = count; k-- > 0;) {
    const double share = static_cast<double>(k) / static_cast<double>(count);
    panel.draw_box(scored.boxes[order[k]], {.colour = mixed(kBestColour, kWorstColour, share), .width = 2});
  }
  return panel.titled(format("%s: %zu of %zu", title, count, order.size()));
}

Picture suppression_picture(const Image& image, const ScoredBoxes& scored, double threshold, int64_t shown) {
  const std::vector<size_t> before = highest(scored.scores, std::ssize(scored.scores));
  const std::vector<int64_t> kept = nms(scored.boxes, scored.scores, threshold, scored.maps);
  return explain_sheet({best_panel(image, scored, before, shown, "before"),
                        best_panel(image, scored, {kept.begin(), kept.end()}, shown, "after")});
}

}  // namespace eca
