#include "layers/detection/nms.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.hpp"

namespace eca {

static void check_nms(size_t boxes, std::span<const double> scores, size_t groups) {
  if (scores.size() != boxes || (groups != 0 && groups != boxes)) {
    throw Error("nms: " + std::to_string(scores.size()) + " scores and " + std::to_string(groups) +
                " groups for " + std::to_string(boxes) + " boxes");
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) throw Error("nms: the score of box " + std::to_string(i) + " is NaN");
  }
}

std::vector<int64_t> nms(std::span<const CornerBox> boxes, std::span<const double> scores, double threshold,
                         std::span<const int32_t> groups) {
  check_nms(boxes.size(), scores, groups.size());
  std::vector<size_t> order(boxes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  std::vector<int64_t> kept;
  std::vector<bool> gone(boxes.size(), false);
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t best = order[i];
    if (gone[best]) continue;
    kept.push_back(static_cast<int64_t>(best));
    for (size_t j = i + 1; j < order.size(); ++j) {
      const size_t other = order[j];
      if (gone[other] || (!groups.empty() && groups[other] != groups[best])) continue;
      gone[other] = iou(boxes[best], boxes[other]) > threshold;
    }
  }
  return kept;
}

}  // namespace eca
