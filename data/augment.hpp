// Random crops, flips, cutout and changes of colour of one training image, and its normalisation.
//   crop+flip: He et al., arXiv 1512.03385v1, section 4.2. Cutout: DeVries and Taylor, arXiv 1708.04552v2.
//   resized-crop: data/resized_crop.hpp. jitter, lighting: data/colour.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/real.hpp"
#include "data/image_set.hpp"
#include "data/images/image.hpp"

namespace eca {

struct AugmentOptions {
  int64_t crop_padding =
      4;               // pixels of zeros on each side, out of which the image's size is cropped; 0 = no crop
  bool flip = true;    // left-right, every second image on average
  int64_t cutout = 0;  // side of a square set to zero, in pixels; 0 = none
  // Smallest share of the image's area that is cropped out and resized to the size wanted; 0 = none. Instead of crop_padding.
  double resized_crop = 0;
  double jitter = 0;    // how far brightness, contrast and saturation may be changed, as a share; 0 = not
  double lighting = 0;  // deviation of the shift along the main colours; 0 = none. RGB only
};

inline constexpr AugmentOptions kNoAugment{.crop_padding = 0, .flip = false, .cutout = 0};

// "none", or terms joined by +: crop (4 pixels) or crop:PIXELS, flip, cutout:SIDE, resized-crop (0.08) or resized-crop:SHARE,
// jitter (0.4) or jitter:SHARE, lighting (0.1) or lighting:DEVIATION. Throws Error.
AugmentOptions parse_augment(const std::string& text);
// The text that parses to these options: "crop+flip".
std::string to_string(const AugmentOptions& options);

// Throws Error unless the padding and the cutout are smaller than an image of height x width, and the colours are there that
// are to be changed.
void check_augment(const AugmentOptions& options, int64_t height, int64_t width, int64_t channels = 3);

// The normalised value of each of the 256 pixel values of each channel.
class PixelTable {
 public:
  explicit PixelTable(const Normalisation& normalisation);
  int64_t channels() const { return static_cast<int64_t>(values_.size() / 256); }
  const real* channel(int64_t c) const { return &values_[static_cast<size_t>(256 * c)]; }  // (256)
  const Normalisation& normalisation() const { return normalisation_; }

 private:
  Normalisation normalisation_;
  std::vector<real> values_;  // (C,256)
};

// out: (H,W,C). Changes colours, normalises, then crops, flips and cuts out; what lies outside of the image is 0, the mean
// colour. An image of other extents is first brought to (H,W): the random part of it that resized_crop asks for, or else the
// middle, see resized_and_cropped(). `random` is the stream of this image, addressed by (seed, Purpose::augment, epoch, index);
// every decision draws its numbers whether enabled or not, so that switching one off does not change others (the box of
// resized_crop comes last, so it is drawn only if asked for).
void augment_image(real* out, int64_t H, int64_t W, const PixelView& image, const PixelTable& table,
                   const AugmentOptions& options, Random random);

// Of an image (H,W,C).
inline void augment_image(real* out, const uint8_t* image, int64_t H, int64_t W, const PixelTable& table,
                          const AugmentOptions& options, Random random) {
  augment_image(out, H, W, {image, H, W, table.channels()}, table, options, random);
}

// out, image: (H,W,C). What augment_image does under kNoAugment.
void normalise_image(real* out, const uint8_t* image, int64_t H, int64_t W, const PixelTable& table);

}  // namespace eca
