#include "experiments/tensorboard/batch_picture.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/drawing/layout.hpp"

namespace eca {

// y = (x / 255 - mean) / std, backwards.
static uint8_t pixel_of(real y, double mean, double std) {
  const double x = 255 * (static_cast<double>(y) * std + mean);
  return static_cast<uint8_t>(std::lround(std::clamp(x, 0.0, 255.0)));
}

// Image n, (H,W,shown).
static std::vector<uint8_t> pixels_of(const Batch& batch, int64_t n, const ImageSet& set,
                                      const Normalisation& normalisation, int64_t shown) {
  const real* image = batch.images.data() + n * set.image_size();
  std::vector<uint8_t> pixels;
  for (int64_t place = 0; place < set.height * set.width; ++place) {
    for (int64_t c = 0; c < shown; ++c) {
      const auto channel = static_cast<size_t>(c);
      pixels.push_back(
          pixel_of(image[place * set.channels + c], normalisation.mean[channel], normalisation.std[channel]));
    }
  }
  return pixels;
}

Picture batch_picture(const Batch& batch, const ImageSet& set, const Normalisation& normalisation,
                      int64_t most) {
  constexpr int64_t kSide = 128, kColumns = 4, kGap = 8;
  const int64_t shown = set.channels == 3 ? 3 : 1;
  std::vector<Picture> images;
  for (int64_t n = 0; n < std::min(batch.size, most); ++n) {
    const std::vector<uint8_t> pixels = pixels_of(batch, n, set, normalisation, shown);
    const auto label = static_cast<size_t>(batch.labels[static_cast<size_t>(n)]);
    images.push_back(stacked({fitted(Picture(pixels.data(), set.width, set.height, shown), kSide),
                              text_picture(set.classes[label], kSide, kInk, 1)},
                             2));
  }
  return with_margin(tiled(images, kColumns, kGap), kGap);
}

}  // namespace eca
