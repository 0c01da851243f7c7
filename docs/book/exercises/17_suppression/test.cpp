#include "docs/book/exercises/17_suppression/task.hpp"

#include "docs/book/exercises/check.hpp"
#include "layers/detection/nms.hpp"

// Against the library's.
static void compare(const std::string& what, const std::vector<ScoredBox>& boxes, double threshold) {
  std::vector<eca::CornerBox> corners;
  std::vector<double> scores;
  for (const ScoredBox& box : boxes) {
    corners.push_back({box.left, box.top, box.right, box.bottom});
    scores.push_back(box.score);
  }
  const std::vector<int64_t> expected = eca::nms(corners, scores, threshold);
  const std::vector<int> found = suppress(boxes, threshold);
  exercise::check(std::vector<int64_t>(found.begin(), found.end()) == expected, what);
}

int main() {
  compare("no boxes", {}, 0.5);
  compare("two that lie apart", {{0, 0, 1, 1, 0.2}, {2, 0, 3, 1, 0.9}}, 0.5);
  compare("a box that is removed removes none",
          {{0, 0, 10, 10, 0.9}, {4, 0, 14, 10, 0.8}, {8, 0, 18, 10, 0.7}}, 0.4);
  compare("equal scores", {{0, 0, 2, 2, 0.5}, {0, 0, 2, 2, 0.5}, {5, 5, 6, 6, 0.5}}, 0.5);
  compare("an IoU that is the threshold", {{0, 0, 2, 1, 0.5}, {0, 0, 1, 1, 0.4}}, 0.5);
  for (int n = 1; n < 60; ++n) {
    std::vector<ScoredBox> boxes;
    for (int i = 0; i < n; ++i) {
      const int k = 5 * i + 1000 * n;
      const double left = 10 * exercise::noise(k), top = 10 * exercise::noise(k + 1);
      boxes.push_back({left, top, left + 6 + 5 * exercise::noise(k + 2), top + 6 + 5 * exercise::noise(k + 3),
                       exercise::noise(k + 4)});
    }
    compare(std::to_string(n) + " boxes", boxes, 0.3);
  }
  return exercise::result();
}
