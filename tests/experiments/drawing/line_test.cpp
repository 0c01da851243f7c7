#include "experiments/drawing/line.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "experiments/drawing/chart_picture.hpp"
#include "experiments/drawing/layout.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/drawing/colours.hpp"

using namespace eca;
using namespace eca::test;

// How much of the white is gone, in pixels.
static double ink(const Picture& picture) {
  double sum = 0;
  for (const uint8_t value : picture.pixels()) sum += (255 - value) / 255.0 / 3;
  return sum;
}

TEST_CASE("A line covers its length times its width, whatever its direction", "[drawing]") {
  for (const Point end : {Point{50, 10}, Point{10, 50}, Point{50, 50}, Point{44, 23}}) {
    Picture picture(60, 60, kWhite);
    draw_line(picture, {{10, 10}, end}, {.colour = kBlack, .width = 3});
    const double length = std::hypot(end.x - 10, end.y - 10);
    CHECK(ink(picture) == Approx(3 * length + 9 * 0.785).epsilon(0.04));  // round ends
  }
  // between two rows of pixels: half of each
  Picture level(20, 8, kWhite);
  draw_line(level, {{2, 4}, {18, 4}}, {.colour = kBlack, .width = 1});
  CHECK(level.at(10, 3) == level.at(10, 4));
  CHECK(level.at(10, 3) == Colour{128, 128, 128});
  CHECK(level.at(10, 2) == kWhite);
  CHECK(level.at(10, 5) == kWhite);
}

TEST_CASE("A corner is no darker than the line, dashes leave gaps, what lies outside is left out",
          "[drawing]") {
  Picture once(30, 10, kWhite), thrice(30, 10, kWhite);
  draw_line(once, {{3, 5}, {27, 5}}, {.colour = kRed, .width = 1.6});
  draw_line(thrice, {{3, 5}, {27, 5}, {3, 5}, {27, 5}}, {.colour = kRed, .width = 1.6});
  CHECK(once.pixels() == thrice.pixels());
  Picture dashed(110, 10, kWhite), whole(110, 10, kWhite);
  draw_line(dashed, {{5, 5}, {55, 5}, {105, 5}}, {.colour = kBlack, .width = 2, .dashed = true});
  draw_line(whole, {{5, 5}, {105, 5}}, {.colour = kBlack, .width = 2});
  CHECK(ink(dashed) / ink(whole) == Approx(0.6).epsilon(0.05));
  Picture small(5, 5, kWhite);
  draw_line(small, {{-40, 2.5}, {60, 2.5}}, {.colour = kBlack, .width = 1});
  CHECK(ink(small) == Approx(5));
  draw_line(small, {{-40, -40}, {-3, 60}}, {.colour = kRed, .width = 1});
  CHECK(ink(small) == Approx(5));
}

TEST_CASE("Colours by their digits", "[drawing]") {
  CHECK(parse_colour("#4477aA") == Colour{0x44, 0x77, 0xaa});
  CHECK(parse_colour("currentColor") == kInk);
  for (const char* wrong : {"red", "#12345", "#12345g", "1234567"})
    CHECK_THAT(error_text<Error>([&] { parse_colour(wrong); }),
               contains(std::string("colour: \"") + wrong + "\", expected six digits as in #4477aa"));
}

TEST_CASE("A chart as pixels has its curves where their values are", "[drawing]") {
  const Chart chart = {"title", "x", 0, 1, 0, 2, {{{2, 2}, "#ff0000", 3}, {{0, 0}, "#0000ff", 3}}};
  const Picture picture = chart_picture(chart, 300, 200);
  const Colour blue = {0, 0, 255};
  int64_t red_row = -1, blue_row = -1;
  for (int64_t y = 0; y < 200; ++y) {
    if (picture.at(150, y) == kRed && red_row < 0) red_row = y;
    if (picture.at(150, y) == blue) blue_row = y;
  }
  CHECK(red_row == 27);    // the upper edge of the field, half a line above it
  CHECK(blue_row == 170);  // the lower edge
}

TEST_CASE("Bars go up and down from the middle, to the largest", "[drawing]") {
  const Picture bars = bars_picture({1, -0.5}, 1, kRed, 60, 41);
  int64_t up = 0, down = 0;
  for (int64_t y = 0; y < 41; ++y) {
    up += bars.at(15, y) == kRed ? 1 : 0;
    down += bars.at(45, y) == kRed ? 1 : 0;
  }
  CHECK(up == 19);
  CHECK(down == 10);
  CHECK(bars.at(15, 0) != kRed);
  CHECK(bars.at(15, 2) == kRed);
  CHECK(bars.at(45, 22) == kRed);
  CHECK(bars.at(45, 2) != kRed);
}

TEST_CASE("Pictures below and beside one another", "[drawing]") {
  const Picture red(4, 2, kRed), black(6, 3, kBlack);
  const Picture below = stacked({red, black}, 5);
  CHECK(below.width() == 6);
  CHECK(below.height() == 10);
  CHECK(below.at(0, 1) == kRed);
  CHECK(below.at(5, 1) == kPaper);
  CHECK(below.at(5, 7) == kBlack);
  const Picture tiles = tiled({red, black, red}, 2, 1);
  CHECK(tiles.width() == 13);
  CHECK(tiles.height() == 7);
  CHECK(tiles.at(7, 0) == kBlack);
  CHECK(tiles.at(0, 4) == kRed);
  CHECK(tiled({red}, 8, 3).width() == 4);
  CHECK(with_margin(red, 2).at(2, 2) == kRed);
  CHECK_THAT(error_text<Error>([] { stacked({}, 1); }), contains("layout: no pictures, expected one"));
  CHECK_THAT(error_text<Error>([] { tiled({}, 1, 1); }), contains("layout: no pictures, expected one"));
  CHECK(text_picture("horizontal stripes", 60).width() <= 60);
}
