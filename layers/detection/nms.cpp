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
                         std::span<const int32_t> groups, int64_t most) {
  check_nms(boxes.size(), scores, groups.size());
  std::vector<size_t> order(boxes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  std::vector<int64_t> kept;
  for (const size_t next : order) {
    if (std::ssize(kept) == most) break;
    const bool suppressed = std::any_of(kept.begin(), kept.end(), [&](int64_t k) {
      const auto better = static_cast<size_t>(k);
      return (groups.empty() || groups[better] == groups[next]) &&
             iou(boxes[better], boxes[next]) > threshold;
    });
    if (!suppressed) kept.push_back(static_cast<int64_t>(next));
  }
  return kept;
}

}  // namespace eca
