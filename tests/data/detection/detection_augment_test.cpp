#include "data/detection/detection_augment.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

namespace {

Placement drawn(const std::string& augment, uint64_t index, CanvasSize canvas = {100, 200}) {
  return draw_placement(50, 80, canvas, parse_detection_augment(augment),
                        Random(3, Purpose::augment, 0, index));
}

}  // namespace

TEST_CASE("detection augment: every second image is mirrored", "[data][detection]") {
  int mirrored = 0;
  for (uint64_t i = 0; i < 400; ++i) {
    const Placement placement = drawn("flip", i);
    mirrored += placement.mirrored;
    CHECK(placement == Placement{50, 80, 100, 160, 0, 0, placement.mirrored});
    CHECK_FALSE(drawn("none", i).mirrored);
  }
  CHECK(mirrored > 160);
  CHECK(mirrored < 240);
}

TEST_CASE("detection augment: scales lie around 1, places where they may", "[data][detection]") {
  int larger = 0;
  double smallest = 1, largest = 1;
  int64_t most_left = 0, most_right = 0, most_down = 0;
  for (uint64_t i = 0; i < 400; ++i) {
    const Placement placement = drawn("scale:0.5", i);
    CHECK_FALSE(placement.mirrored);
    const double factor = static_cast<double>(placement.width) / 160;
    CHECK(static_cast<double>(placement.height) == Approx(100 * factor).margin(1));
    smallest = std::min(smallest, factor), largest = std::max(largest, factor);
    larger += factor > 1;
    // All of it lies on the canvas, or it covers the canvas.
    const auto fits = [](int64_t first, int64_t extent, int64_t canvas) {
      return extent <= canvas ? first >= 0 && first + extent <= canvas
                              : first <= 0 && first + extent >= canvas;
    };
    CHECK(fits(placement.top, placement.height, 100));
    CHECK(fits(placement.left, placement.width, 200));
    most_left = std::min(most_left, placement.left);
    most_right = std::max(most_right, placement.left);
    most_down = std::max(most_down, placement.top);
    CHECK(drawn("flip+scale:0.5", i).left == placement.left);  // flipping shifts no other number
  }
  CHECK(smallest < 0.52);
  CHECK(smallest >= 0.5);
  CHECK(largest > 1.95);
  CHECK(largest <= 2);
  CHECK(larger > 160);
  CHECK(larger < 240);
  CHECK(most_left < -60);
  CHECK(most_right > 60);
  CHECK(most_down > 30);
  CHECK(drawn("scale", 7) == drawn("scale:0.5", 7));
}

TEST_CASE("detection augment: its text", "[data][detection]") {
  for (const char* text : {"none", "flip", "scale", "flip+scale", "scale:0.8", "flip+scale:0.75"})
    CHECK(to_string(parse_detection_augment(text)) == text);
  CHECK(to_string(parse_detection_augment("scale:0.5")) == "scale");
  CHECK(to_string(parse_detection_augment("scale:1+flip")) == "flip");
  const auto error = [](const std::string& text) {
    return error_text<Error>([&] { parse_detection_augment(text); });
  };
  CHECK(error("flip+crop") ==
        "augment \"flip+crop\": unknown term \"crop\"; possible for detection are none, or terms joined by "
        "+: flip, scale "
        "or scale:FACTOR (for example flip+scale:0.7)");
  for (const char* text : {"scale:1.1", "scale:0.09", "scale:", "scale:x"})
    CHECK_THAT(error(text), contains("\"" + std::string(text) + "\" needs a factor of 0.1 to 1"));
  CHECK_THAT(error(""), contains("unknown term \"\""));
}
