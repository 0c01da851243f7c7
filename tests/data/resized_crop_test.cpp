#include "data/resized_crop.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/augment.hpp"
#include "tests/catch.hpp"

using namespace eca;

static Random stream(uint64_t i) { return {3, Purpose::test, 0, i}; }

TEST_CASE("resized-crop: boxes lie inside, with the areas and ratios that were asked for", "[data]") {
  constexpr int64_t H = 375, W = 500;
  constexpr int kDraws = 20000;
  double area_sum = 0, log_ratio_sum = 0, smallest = 1, largest = 0;
  int wide = 0;
  int64_t last_row = 0, last_column = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    Random random = stream(i);
    const PixelBox box = draw_resized_crop(H, W, 0.08, random);
    REQUIRE((box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0));
    REQUIRE((box.top + box.height <= H && box.left + box.width <= W));
    const double area = static_cast<double>(box.height * box.width) / (H * W);
    const double ratio = static_cast<double>(box.width) / static_cast<double>(box.height);
    REQUIRE(ratio > 0.74);
    REQUIRE(ratio < 1.35);
    area_sum += area;
    log_ratio_sum += std::log(ratio);
    smallest = std::min(smallest, area);
    largest = std::max(largest, area);
    wide += ratio > 1;
    last_row = std::max(last_row, box.top + box.height);
    last_column = std::max(last_column, box.left + box.width);
  }
  // A try fails where its area does not fit, which is more often a large one: so the mean lies below 0.54. The figure is that of
  // a program of ten lines in another language.
  CHECK(area_sum / kDraws == Approx(0.434).margin(0.006));
  CHECK(smallest == Approx(0.08).epsilon(0.02));
  CHECK(largest > 0.98);
  CHECK(std::abs(log_ratio_sum / kDraws) < 0.05);
  CHECK(wide > kDraws * 0.45);
  CHECK(last_row == H);
  CHECK(last_column == W);
}

TEST_CASE("resized-crop: a whole image of a ratio in the range is cropped all the same, at any place",
          "[data]") {
  // A square, always of half its area: the place is uniform over those that fit.
  int64_t top_sum = 0, height_sum = 0;
  constexpr int kDraws = 4000;
  for (uint64_t i = 0; i < kDraws; ++i) {
    Random random = stream(i);
    const PixelBox box = draw_resized_crop(100, 100, 0.08, random);
    top_sum += box.top;
    height_sum += box.height;
  }
  CHECK(static_cast<double>(top_sum) / kDraws ==
        Approx((100 - static_cast<double>(height_sum) / kDraws) / 2).epsilon(0.05));
}

TEST_CASE("resized-crop: where no try fits, the middle is taken as far as the ratios allow", "[data]") {
  const auto box_of = [](int64_t H, int64_t W) {
    Random random = stream(1);
    return draw_resized_crop(H, W, 1, random);  // the whole area, of another ratio
  };
  CHECK(box_of(10, 400) == PixelBox{.top = 0, .left = 193, .height = 10, .width = 13});
  CHECK(box_of(400, 9) == PixelBox{.top = 194, .left = 0, .height = 12, .width = 9});
  CHECK(box_of(1, 1) == PixelBox{.top = 0, .left = 0, .height = 1, .width = 1});
}

// A ramp (H,W,3): red grows with x, green with y, 1 a pixel.
static std::vector<uint8_t> ramp_image(int64_t H, int64_t W) {
  std::vector<uint8_t> pixels;
  for (int64_t y = 0; y < H; ++y) {
    for (int64_t x = 0; x < W; ++x)
      pixels.insert(pixels.end(), {static_cast<uint8_t>(x), static_cast<uint8_t>(y), 7});
  }
  return pixels;
}

static const Normalisation kLevels{.mean = {0, 0, 0}, .std = {1 / 255.0, 1 / 255.0, 1 / 255.0}};

TEST_CASE("augment_image shows the box of resized-crop, flipped or not", "[data]") {
  constexpr int64_t H = 60, W = 90, S = 8;
  const std::vector<uint8_t> image = ramp_image(H, W);
  const PixelTable table(kLevels);
  std::vector<real> out(S * S * 3), plain(S * S * 3);
  int flipped = 0;
  for (uint64_t i = 0; i < 200; ++i) {
    augment_image(plain.data(), S, S, {image.data(), H, W, 3}, table, parse_augment("resized-crop"),
                  stream(i));
    augment_image(out.data(), S, S, {image.data(), H, W, 3}, table, parse_augment("resized-crop+flip"),
                  stream(i));
    const double step_x = (plain[(S - 2) * 3] - plain[3]) / (S - 3.0);
    const double step_y = (plain[(S - 2) * S * 3 + 1] - plain[S * 3 + 1]) / (S - 3.0);
    const double area = step_x * step_y * S * S / (H * W);  // a ramp stays one, with the steps of the box
    CHECK(area > 0.06);
    CHECK(area < 1.1);
    CHECK(plain[2] == Approx(7));
    const bool is_flipped = out[0] > out[(S - 1) * 3];
    flipped += is_flipped;
    for (int64_t x = 0; x < S; ++x) CHECK(out[3 * x] == plain[3 * (is_flipped ? S - 1 - x : x)]);
  }
  CHECK(flipped > 60);
  CHECK(flipped < 140);
}

TEST_CASE("augment_image brings an image of other extents to size without resized-crop", "[data]") {
  const std::vector<uint8_t> image = ramp_image(20, 40);
  std::vector<real> out(10 * 10 * 3);
  augment_image(out.data(), 10, 10, {image.data(), 20, 40, 3}, PixelTable(kLevels), kNoAugment, stream(0));
  CHECK(out[(5 * 10 + 4) * 3] == Approx(18.5).margin(1));
  CHECK(out[(5 * 10 + 4) * 3 + 1] == Approx(10.5).margin(1));
}
