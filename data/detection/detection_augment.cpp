#include "data/detection/detection_augment.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

namespace {

constexpr double kScale = 0.5;  // where no factor is given
constexpr double kLeastScale = 0.1;

[[noreturn]] void refuse_augment(const std::string& text, const std::string& problem) {
  throw Error(
      "augment \"" + text + "\": " + problem +
      "; possible for detection are none, or terms joined by +: flip, scale or scale:FACTOR (for example "
      "flip+scale:0.7)");
}

double parse_factor(const std::string& text, const std::string& term) {
  const std::optional<double> value = finite_number(term.substr(term.find(':') + 1));
  if (!value || *value < kLeastScale || *value > 1)
    refuse_augment(text, "\"" + term + "\" needs a factor of 0.1 to 1");
  return *value;
}

// Where an image of `extent` pixels begins on a canvas, u in [0,1): anywhere where it fits, or where it covers the canvas.
int64_t random_place(int64_t extent, int64_t canvas, double u) {
  const int64_t left_over = canvas - extent;
  const auto steps = static_cast<int64_t>(u * static_cast<double>(std::abs(left_over) + 1));
  return left_over < 0 ? -steps : steps;
}

}  // namespace

DetectionAugment parse_detection_augment(const std::string& text) {
  DetectionAugment augment;
  if (text == "none") return augment;
  for (const std::string& term : split(text, '+')) {
    if (term == "flip") {
      augment.flip = true;
    } else if (term == "scale") {
      augment.scale = kScale;
    } else if (term.starts_with("scale:")) {
      augment.scale = parse_factor(text, term);
    } else {
      refuse_augment(text, "unknown term \"" + term + "\"");
    }
  }
  return augment;
}

std::string to_string(const DetectionAugment& augment) {
  std::ostringstream text;
  if (augment.flip) text << "flip";
  if (augment.scale < 1) text << (augment.flip ? "+" : "") << "scale";
  if (augment.scale < 1 && augment.scale != kScale) text << ':' << augment.scale;
  return text.str().empty() ? "none" : text.str();
}

Placement draw_placement(int64_t image_height, int64_t image_width, const CanvasSize& canvas,
                         const DetectionAugment& augment, Random random) {
  Placement placement = fitted_placement(image_height, image_width, canvas);
  placement.mirrored = random.uniform() < 0.5 && augment.flip;
  const double factor = std::pow(augment.scale, random.uniform(-1, 1));
  const double down = random.uniform(), right = random.uniform();
  if (augment.scale == 1) return placement;
  const auto resized = [factor](int64_t extent) {
    return std::max<int64_t>(1, std::llround(factor * static_cast<double>(extent)));
  };
  placement.height = resized(placement.height);
  placement.width = resized(placement.width);
  placement.top = random_place(placement.height, canvas.height, down);
  placement.left = random_place(placement.width, canvas.width, right);
  return placement;
}

}  // namespace eca
