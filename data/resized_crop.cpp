#include "data/resized_crop.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

static constexpr double kNarrowest = 3.0 / 4, kWidest = 4.0 / 3;  // width / height

// The largest box in the middle whose ratio is allowed.
static PixelBox middle_box(int64_t H, int64_t W) {
  const double h = static_cast<double>(H), w = static_cast<double>(W);
  int64_t height = H, width = W;
  if (w / h < kNarrowest) height = std::clamp<int64_t>(std::llround(w / kNarrowest), 1, H);
  if (w / h > kWidest) width = std::clamp<int64_t>(std::llround(h * kWidest), 1, W);
  return {.top = (H - height) / 2, .left = (W - width) / 2, .height = height, .width = width};
}

PixelBox draw_resized_crop(int64_t H, int64_t W, double smallest, Random& random) {
  constexpr int kTries = 10;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const double area = static_cast<double>(H * W) * random.uniform(smallest, 1);
    const double ratio = std::exp(random.uniform(std::log(kNarrowest), std::log(kWidest)));
    const int64_t width = std::llround(std::sqrt(area * ratio)),
                  height = std::llround(std::sqrt(area / ratio));
    if (width < 1 || width > W || height < 1 || height > H) continue;
    const auto top = static_cast<int64_t>(random.below(static_cast<uint64_t>(H - height + 1)));
    const auto left = static_cast<int64_t>(random.below(static_cast<uint64_t>(W - width + 1)));
    return {.top = top, .left = left, .height = height, .width = width};
  }
  return middle_box(H, W);
}

}  // namespace eca
