#include "experiments/detection/explain_masks.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/detection/batch_targets.hpp"
#include "experiments/detection/explain_panel.hpp"
#include "layers/detection/paste_mask.hpp"
#include "layers/detection/roi_align.hpp"

namespace eca {

static constexpr Colour kMaskColour = {0, 160, 255}, kMissedColour = {230, 120, 0},
                        kTooMuchColour = {200, 0, 120};

// As RoiHeads::mask_loss does.
std::vector<float> mask_numbers(const std::vector<uint8_t>& mask, int64_t height, int64_t width,
                                const CornerBox& box, int64_t M) {
  const Tensor pixels = Tensor::from({1, height, width, 1}, std::vector<real>(mask.begin(), mask.end()));
  const std::vector<real> numbers =
      roi_align(pixels, /*scale=*/1, {{0, box}}, {.height = M, .width = M, .sampling_ratio = 0}).values();
  return {numbers.begin(), numbers.end()};
}

double MaskAgreement::iou() const {
  const int64_t either = both + only_first + only_second;
  return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

MaskAgreement agreement(const std::vector<uint8_t>& first, const std::vector<float>& second) {
  MaskAgreement agree;
  for (size_t i = 0; i < first.size(); ++i) {
    const bool a = first[i] != 0, b = second[i] > 0.5f;
    agree.both += a && b;
    agree.only_first += a && !b;
    agree.only_second += !a && b;
  }
  return agree;
}

PixelBox shown_around(const CornerBox& box, int64_t height, int64_t width) {
  constexpr double kRoom = 4;
  const auto cut = [](double at, int64_t most) {
    return std::clamp<int64_t>(static_cast<int64_t>(at), 0, most);
  };
  const int64_t top = cut(std::floor(box.y1 - kRoom), height - 1);
  const int64_t left = cut(std::floor(box.x1 - kRoom), width - 1);
  return {.top = top,
          .left = left,
          .height = std::max<int64_t>(1, cut(std::ceil(box.y2 + kRoom), height) - top),
          .width = std::max<int64_t>(1, cut(std::ceil(box.x2 + kRoom), width) - left)};
}

// Pixels in a colour, each as much as its number says.
static Picture painted(const Image& image, const auto& numbers, Colour colour) {
  Picture picture = faded(image);
  for (int64_t i = 0; i < image.height * image.width; ++i) {
    const int64_t x = i % image.width, y = i / image.width;
    const double share = std::clamp(static_cast<double>(numbers[static_cast<size_t>(i)]), 0., 1.);
    picture.set(x, y, mixed(picture.at(x, y), colour, 0.8 * share));
  }
  return picture;
}

static Picture numbers_picture(const std::vector<float>& numbers, int64_t M) {
  Picture picture(M, M);
  for (int64_t i = 0; i < M * M; ++i) {
    const double number = std::clamp(static_cast<double>(numbers[static_cast<size_t>(i)]), 0., 1.);
    picture.set(i % M, i / M, mixed(kPaper, kMaskColour, number));
  }
  return picture;
}

static Picture compared(const Image& image, const std::vector<uint8_t>& mask,
                        const std::vector<float>& pasted) {
  Picture picture = faded(image);
  for (int64_t i = 0; i < image.height * image.width; ++i) {
    const auto at = static_cast<size_t>(i);
    const bool wanted = mask[at] != 0, there = pasted[at] > 0.5f;
    if (!wanted && !there) continue;
    picture.set(i % image.width, i / image.width,
                !there    ? kMissedColour
                : !wanted ? kTooMuchColour
                          : mixed(kPaper, kMaskColour, 0.6));
  }
  return picture;
}

static CornerBox around_both(const CornerBox& a, const CornerBox& b) {
  return {std::min(a.x1, b.x1), std::min(a.y1, b.y1), std::max(a.x2, b.x2), std::max(a.y2, b.y2)};
}

Picture masks_picture(const Image& image, const DetectionObject& object, const BoxMask& found) {
  const auto& [box, M, numbers] = found;
  const std::vector<uint8_t> mask = decode_rle(*object.mask);
  const std::vector<float> pasted = paste_mask(numbers, M, box, image.height, image.width);
  const MaskAgreement agree = agreement(mask, pasted);
  const PixelBox shown = shown_around(around_both(box, corners_of(object.box)), image.height, image.width);
  const auto panel = [&](const Picture& picture) {
    ExplainPanel one(picture, shown);
    one.draw_box(found.box, {.colour = kInk, .width = 2});
    return one;
  };
  return explain_sheet(
      {panel(painted(image, mask, kMaskColour))
           .titled(format("a mask of %lld pixels", static_cast<long long>(agree.both + agree.only_first))),
       ExplainPanel(numbers_picture(numbers, M))
           .titled(format("%lld x %lld numbers", static_cast<long long>(M), static_cast<long long>(M))),
       panel(painted(image, pasted, kMaskColour)).titled("laid over the box"),
       panel(compared(image, mask, pasted)).titled(format("above 0.5: IoU %.2f", agree.iou()))});
}

}  // namespace eca
