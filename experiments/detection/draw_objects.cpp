#include "experiments/detection/draw_objects.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/drawing/text.hpp"

namespace eca {

namespace {

constexpr Colour kClassColours[] = {{255, 225, 25},  {0, 200, 255},  {255, 70, 70},   {60, 230, 90},
                                    {245, 130, 255}, {255, 150, 30}, {90, 120, 255},  {0, 240, 200},
                                    {190, 255, 70},  {255, 90, 160}, {200, 150, 255}, {255, 215, 180}};
constexpr double kVeil = 0.45;  // how much of the class's colour a mask's pixels take
constexpr int64_t kDash = 4;

// On the image's own pixels.
void draw_mask(Picture& picture, const Rle& mask, Colour colour) {
  const std::vector<uint8_t> on = decode_rle(mask);
  for (int64_t y = 0; y < mask.height; ++y) {
    for (int64_t x = 0; x < mask.width; ++x) {
      if (on[static_cast<size_t>(y * mask.width + x)] != 0)
        picture.set(x, y, mixed(picture.at(x, y), colour, kVeil));
    }
  }
}

struct PixelFrame {
  int64_t left, top, right, bottom;
};

// Two pixels wide, inwards.
void draw_frame(Picture& picture, const PixelFrame& frame, Colour colour, bool dashed) {
  const auto is_gap = [dashed](int64_t at) { return dashed && at / kDash % 2 == 1; };
  for (int64_t inset = 0; inset < 2; ++inset) {
    for (int64_t x = frame.left; x < frame.right; ++x) {
      if (is_gap(x - frame.left)) continue;
      picture.set(x, frame.top + inset, colour);
      picture.set(x, frame.bottom - 1 - inset, colour);
    }
    for (int64_t y = frame.top; y < frame.bottom; ++y) {
      if (is_gap(y - frame.top)) continue;
      picture.set(frame.left + inset, y, colour);
      picture.set(frame.right - 1 - inset, y, colour);
    }
  }
}

// Above the frame where there is room, else in its upper corner.
void draw_tag(Picture& picture, const PixelFrame& frame, const std::string& text, Colour colour) {
  constexpr int64_t kTextSize = 1, kMargin = 2;
  const std::string shown = shortened(text, picture.width() - 2 * kMargin, kTextSize);
  const int64_t width = text_width(shown, kTextSize) + 2 * kMargin, height = text_height(kTextSize);
  const int64_t left = std::clamp<int64_t>(frame.left, 0, std::max<int64_t>(0, picture.width() - width));
  const int64_t top = frame.top >= height ? frame.top - height : std::max<int64_t>(0, frame.top);
  picture.fill(left, top, width, height, colour);
  draw_text(picture, left + kMargin, top + kMargin, shown, kInk, kTextSize);
}

// What lies far beside the picture is drawn as if just beside it.
PixelFrame frame_on(const Picture& picture, const Image& image, const Box& box) {
  const auto place = [](double at, int64_t from, int64_t to) {
    const double scaled = at * static_cast<double>(to) / static_cast<double>(from);
    return static_cast<int64_t>(std::llround(std::clamp(scaled, -4., static_cast<double>(to) + 4)));
  };
  const auto x = [&](double at) { return place(at, image.width, picture.width()); };
  const auto y = [&](double at) { return place(at, image.height, picture.height()); };
  return {x(box.x), y(box.y), x(box.x + box.width), y(box.y + box.height)};
}

}  // namespace

Colour class_colour(int32_t label) {
  return kClassColours[static_cast<size_t>(label) % std::size(kClassColours)];
}

DrawnObject drawn(const CocoDetection& detection, const std::vector<std::string>& classes) {
  return {.box = detection.box,
          .text = text_with_score(classes.at(static_cast<size_t>(detection.category)), detection.score),
          .label = static_cast<int32_t>(detection.category),
          .mask = detection.mask};
}

std::string text_with_score(const std::string& name, double score) { return name + format(" %.2f", score); }

DrawnObject drawn(const DetectionObject& object, const std::vector<std::string>& classes) {
  const std::string& name = classes.at(static_cast<size_t>(object.label));
  return {.box = object.box,
          .text = object.crowd ? "crowd of " + name : name,
          .label = object.label,
          .dashed = object.crowd,
          .mask = object.mask};
}

Picture draw_objects(const Image& image, const std::vector<DrawnObject>& objects, int64_t side) {
  Picture small(image.pixels.data(), image.width, image.height, 3);
  for (const DrawnObject& object : objects) {
    if (object.mask) draw_mask(small, *object.mask, class_colour(object.label));
  }
  Picture picture = fitted(small, side);
  for (const DrawnObject& object : objects) {
    const PixelFrame frame = frame_on(picture, image, object.box);
    draw_frame(picture, frame, class_colour(object.label), object.dashed);
    if (!object.text.empty()) draw_tag(picture, frame, object.text, class_colour(object.label));
  }
  return picture;
}

}  // namespace eca
