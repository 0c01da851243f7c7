#include <cmath>
#include <set>

#include "core/base/error.hpp"
#include "data/images/decode_image.hpp"
#include "experiments/drawing/chart_picture.hpp"
#include "experiments/drawing/colour_map.hpp"
#include "experiments/drawing/heat_map.hpp"
#include "experiments/drawing/png_bytes.hpp"
#include "experiments/drawing/svg_curves.hpp"
#include "experiments/drawing/text.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/drawing/colours.hpp"

using namespace eca;
using namespace eca::test;

static int64_t count_of(const Picture& picture, Colour colour) {
  int64_t count = 0;
  for (int64_t i = 0; i < picture.width() * picture.height(); ++i)
    count += picture.at(i % picture.width(), i / picture.width()) == colour ? 1 : 0;
  return count;
}

TEST_CASE("A picture is written as PNG and read back", "[drawing]") {
  Picture picture(5, 3);
  picture.fill(1, 1, 2, 9, kRed);  // the rest lies outside
  picture.set(-1, 0, kRed);
  picture.set(5, 0, kRed);
  CHECK(count_of(picture, kRed) == 4);
  const std::string bytes = png_bytes(picture);
  const Image read =
      decode_image("picture.png", {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  CHECK(read.width == 5);
  CHECK(read.height == 3);
  CHECK(read.pixels == picture.pixels());
  CHECK_THAT(error_text<Error>([] { Picture(0, 3); }), contains("0x3"));
}

TEST_CASE("Pictures are fitted into squares: whole pixels, or means", "[drawing]") {
  Picture picture(2, 1, kBlack);
  picture.set(1, 0, kWhite);
  const Picture large = fitted(picture, 7);
  CHECK(large.width() == 6);
  CHECK(large.height() == 3);
  CHECK(count_of(large, kWhite) == 9);
  CHECK(large.at(2, 2) == kBlack);
  const Picture small = fitted(fitted(picture, 40), 10);
  CHECK(small.width() == 10);
  CHECK(count_of(small, kWhite) == 25);
  CHECK(fitted(picture, 1).at(0, 0) == Colour{127, 127, 127});
}

TEST_CASE("Colours of numbers: brightness grows, 0 stands out, NaN is grey", "[drawing]") {
  const auto brightness = [](Colour c) { return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b; };
  double last = -1;
  for (int i = 0; i <= 100; ++i) {
    const double now = brightness(heat_colour(i / 100.0));
    CHECK(now > last);
    last = now;
  }
  CHECK(heat_colour(-3) == heat_colour(0));
  CHECK(heat_colour(1.5) == heat_colour(1));
  CHECK(heat_colour(std::nan("")) == Colour{128, 128, 128});
  CHECK(signed_colour(0) == Colour{247, 247, 247});
  CHECK(signed_colour(1).r > signed_colour(1).b);
  CHECK(signed_colour(-1).b > signed_colour(-1).r);
}

TEST_CASE("A map over an image: an empty one leaves it grey", "[drawing]") {
  const Picture image(2, 1, kWhite);
  CHECK(heat_over(image, {0, 0}, 0).at(0, 0) == kWhite);
  const Picture heat = heat_over(image, {0, 2}, 2);
  CHECK(heat.at(0, 0) != heat.at(1, 0));
  CHECK(heat_picture({0, 2}, 2, 1, 2).at(1, 0) == heat_colour(1));
  CHECK(signed_picture({-2, 2}, 2, 1, 2).at(0, 0) == signed_colour(-1));
}

TEST_CASE("Text is drawn and measured, shortened where it does not fit", "[drawing]") {
  Picture picture(200, 30);
  draw_text(picture, 3, 4, "Sandal 98 %", kBlack);
  const int64_t width = text_width("Sandal 98 %");
  CHECK(count_of(picture, kBlack) > 100);
  for (int64_t y = 0; y < 30; ++y) {
    for (int64_t x = 0; x < 200; ++x) {
      if (picture.at(x, y) == kBlack) CHECK((x >= 3 && x < 3 + width && y >= 4 && y < 4 + text_height()));
    }
  }
  CHECK(text_width("a\u00e9") == text_width("a?"));
  CHECK(shortened("boat", 1000) == "boat");
  const std::string shorter = shortened("horizontal stripes", 100);
  CHECK(shorter.ends_with(".."));
  CHECK(text_width(shorter) <= 100);
}

TEST_CASE("Curves as SVG lie where their values are", "[drawing]") {
  Chart chart = {"a < b", "x", 0, 3, 0, 1, {{{0, 1, 0.5, 0}, "#123456"}}};
  const std::string svg = svg_curves(chart);
  CHECK_THAT(svg, contains("points=\"36.0,150.0 128.0,22.0 220.0,86.0 312.0,150.0 \""));
  CHECK_THAT(svg, contains("a &lt; b"));
  CHECK_THAT(svg, contains("#123456"));
  CHECK_THAT(svg_bars({0.5, -0.25}, 0.5, "#123456"), contains(">-0.25</text>"));
  CHECK(escaped("<a href=\"x\">&</a>") == "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
  chart.curves[0].values = {1};
  CHECK_THAT(error_text<Error>([&] { svg_curves(chart); }),
             contains("chart \"a < b\": a curve of 1 values, expected two"));
  chart.curves[0].values = {1, std::nan("")};
  CHECK_THAT(error_text<Error>([&] { chart_picture(chart, 200, 100); }), contains("not finite"));
}
