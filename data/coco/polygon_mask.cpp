// The corners are put onto a grid five times as fine as the pixels, and the edges walked on it. A pixel's centre is the fine
// square 5 i + 2, in both directions. Where an edge steps from fine column 5 x + 2 to the next, to the right or to the left, it
// crosses pixel column x, and from that height down the column's pixels toggle between off and on. Two crossings bound a run
// of pixels; the whole mask is the sorted list of places where it toggles, which is a list of runs.
// Source of the rules: cocodataset/cocoapi, common/maskApi.c, rleFrPoly.
#include "data/coco/polygon_mask.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "core/base/error.hpp"
#include "data/coco/rounded_product.hpp"

namespace eca {

namespace {

constexpr int64_t kFine = 5, kCentre = 2;

// On the fine grid.
struct Corner {
  int64_t x = 0, y = 0;
};

struct Outline {
  int64_t height = 0, width = 0;      // of the image, in pixels
  std::vector<int64_t> toggles = {};  // places, counted down the columns
};

// The edge leaves or enters fine column kFine x + kCentre on its right side, at height fine_y.
void cross(Outline& outline, int64_t x, int64_t fine_y) {
  if (x < 0 || x >= outline.width) return;
  // The first pixel whose centre lies at or below it.
  const int64_t below = fine_y - kCentre;
  const int64_t y = below <= 0 ? 0 : (below + kFine - 1) / kFine;
  outline.toggles.push_back(x * outline.height + std::min(y, outline.height));
}

// Where a straight line from `start` with this slope is after `steps`, rounded to the nearest fine square.
int64_t after_steps(int64_t start, double slope, int64_t steps) {
  return static_cast<int64_t>(static_cast<double>(start) +
                              rounded_product(slope, static_cast<double>(steps)) + 0.5);
}

// An edge that is no higher than it is wide: each step is one fine column.
void walk_columns(Outline& outline, Corner from, Corner to) {
  if (from.x > to.x) std::swap(from, to);
  const double slope = static_cast<double>(to.y - from.y) / static_cast<double>(to.x - from.x);
  int64_t x =
      from.x <= kCentre ? 0 : (from.x - kCentre + kFine - 1) / kFine;  // the first column that it crosses
  for (; x < outline.width && kFine * x + kCentre < to.x; ++x) {
    const int64_t steps = kFine * x + kCentre - from.x;
    cross(outline, x, std::min(after_steps(from.y, slope, steps), after_steps(from.y, slope, steps + 1)));
  }
}

// An edge that is higher than wide: each step is one fine row, and some steps reach another column.
void walk_rows(Outline& outline, Corner from, Corner to) {
  if (from.y > to.y) std::swap(from, to);
  const double slope = static_cast<double>(to.x - from.x) / static_cast<double>(to.y - from.y);
  int64_t before = from.x;
  for (int64_t steps = 1; steps <= to.y - from.y; ++steps) {
    const int64_t fine_x = after_steps(from.x, slope, steps);
    const int64_t column = std::min(fine_x, before);
    if (fine_x != before && column % kFine == kCentre) cross(outline, column / kFine, from.y + steps - 1);
    before = fine_x;
  }
}

void walk(Outline& outline, Corner from, Corner to) {
  const int64_t wide = std::abs(to.x - from.x), high = std::abs(to.y - from.y);
  if (high > wide) {
    walk_rows(outline, from, to);
  } else if (wide > 0) {
    walk_columns(outline, from, to);
  }
}

int64_t to_fine(double x) {
  if (!(std::abs(x) <= 2 * kMaxMaskSide)) {
    throw Error("a corner at " + std::to_string(x) + ", expected at most " +
                std::to_string(2 * kMaxMaskSide));
  }
  return static_cast<int64_t>(rounded_product(static_cast<double>(kFine), x) + 0.5);
}

// Places that stand there an even number of times toggle nothing.
Rle runs_between(Outline& outline) {
  std::sort(outline.toggles.begin(), outline.toggles.end());
  std::vector<int64_t> counts;
  int64_t at = 0;
  for (const int64_t toggle : outline.toggles) {
    counts.push_back(toggle - at);
    at = toggle;
  }
  counts.push_back(outline.height * outline.width - at);
  return rle_from_counts(counts, outline.height, outline.width);
}

}  // namespace

Rle polygon_mask(std::span<const double> xy, int64_t height, int64_t width) {
  if (xy.size() % 2 != 0) {
    throw Error("a polygon of " + std::to_string(xy.size()) + " numbers, expected x and y of each corner");
  }
  if (xy.size() < 6) {
    throw Error("a polygon of " + std::to_string(xy.size() / 2) + " corners, expected at least 3");
  }
  std::vector<Corner> corners;
  for (size_t i = 0; i < xy.size(); i += 2) corners.push_back({to_fine(xy[i]), to_fine(xy[i + 1])});
  Outline outline = {height, width};
  for (size_t i = 0; i < corners.size(); ++i) walk(outline, corners[i], corners[(i + 1) % corners.size()]);
  return runs_between(outline);
}

}  // namespace eca
