#include "docs/book/exercises/17_suppression/task.hpp"

#include <algorithm>
#include <numeric>

static double area(const ScoredBox& box) { return (box.right - box.left) * (box.bottom - box.top); }

static double overlap(const ScoredBox& a, const ScoredBox& b) {
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (area(a) + area(b) - width * height);
}

std::vector<int> suppress(const std::vector<ScoredBox>& boxes, double threshold) {
  const auto box = [&](int i) -> const ScoredBox& { return boxes[static_cast<size_t>(i)]; };
  std::vector<int> order(boxes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return box(a).score > box(b).score; });
  std::vector<int> kept;
  for (const int i : order) {
    const auto covers = [&](int better) { return overlap(box(better), box(i)) > threshold; };
    if (std::none_of(kept.begin(), kept.end(), covers)) kept.push_back(i);
  }
  return kept;
}
