#include "data/augment.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("parse_augment and to_string are inverse", "[data]") {
  for (const char* text :
       {"none", "crop+flip", "crop+flip+cutout:8", "crop:2", "flip", "cutout:16", "crop:1+flip",
        "resized-crop+flip", "resized-crop:0.25", "flip+jitter+lighting", "crop+jitter:0.2+lighting:0.05"}) {
    CAPTURE(text);
    CHECK(to_string(parse_augment(text)) == text);
  }
  const AugmentOptions options = parse_augment("cutout:8+crop");
  CHECK(options.crop_padding == 4);
  CHECK_FALSE(options.flip);
  CHECK(options.cutout == 8);
  CHECK(to_string(AugmentOptions{}) == "crop+flip");
  CHECK(to_string(kNoAugment) == "none");
}

TEST_CASE("parse_augment refuses what it does not know, and lists what it does", "[data]") {
  const auto text = [](const char* spec) { return error_text<Error>([=] { parse_augment(spec); }); };
  CHECK_THAT(text("crop+rotate"), contains("augment \"crop+rotate\"") &&
                                      contains("unknown term \"rotate\"") && contains("none") &&
                                      contains("crop:PIXELS") && contains("flip") && contains("cutout:SIDE"));
  CHECK_THAT(text(""), contains("unknown term \"\""));
  CHECK_THAT(text("crop+"), contains("unknown term \"\""));
  CHECK_THAT(text("none+flip"), contains("unknown term \"none\""));
  CHECK_THAT(text("flip:2"), contains("unknown term \"flip:2\""));
  CHECK_THAT(text("cutout"), contains("\"cutout\" needs a number of pixels"));
  CHECK_THAT(text("cutout:8x"), contains("\"cutout:8x\" needs a number of pixels"));
  CHECK_THAT(text("crop:-1"), contains("needs a number of pixels, 1 or more"));
  CHECK_THAT(text("resized-crop:0"), contains("\"resized-crop:0\" needs a number above 0, at most 1"));
  CHECK_THAT(text("jitter:1.5"), contains("\"jitter:1.5\" needs a number above 0, at most 1"));
  CHECK_THAT(text("resized-crop+crop"), contains("crop and resized-crop exclude each other"));
}

TEST_CASE("check_augment compares with the image", "[data]") {
  check_augment({.crop_padding = 7, .flip = true, .cutout = 7}, 8, 12);
  CHECK_THAT(error_text<Error>([] { check_augment({.crop_padding = 8}, 8, 12); }),
             contains("crop:8 does not fit images of 8x12, expected 0..7"));
  CHECK_THAT(error_text<Error>([] { check_augment({.cutout = 9}, 12, 8); }),
             contains("cutout:9 does not fit"));
  CHECK_THAT(error_text<Error>([] { check_augment({.crop_padding = -1}, 8, 8); }), contains("crop:-1"));
  CHECK_THAT(error_text<Error>([] { check_augment(parse_augment("jitter"), 8, 8, 2); }),
             contains("jitter is for images of 1 or 3 channels, found 2"));
}

TEST_CASE("normalise_image agrees with a calculation by hand", "[data]") {
  const PixelTable table({.mean = {0.5, 0.2}, .std = {0.25, 0.1}});
  const std::vector<uint8_t> image = {0, 51, 255, 0};  // 1x2 pixels of two channels
  std::vector<real> out(4);
  normalise_image(out.data(), image.data(), 1, 2, table);
  CHECK(out[0] == Approx(-2).epsilon(1e-6));  // (0 - 0.5) / 0.25
  CHECK(out[1] == Approx(0).margin(1e-6));    // (0.2 - 0.2) / 0.1
  CHECK(out[2] == Approx(2).epsilon(1e-6));
  CHECK(out[3] == Approx(-2).epsilon(1e-6));
}

// Pixels of one or three channels that are all different from each other and from the padding: value = position + 1.
static constexpr int64_t kH = 7, kW = 9;

static std::vector<uint8_t> numbered_image(int64_t C) {
  std::vector<uint8_t> image(static_cast<size_t>(kH * kW * C));
  for (size_t i = 0; i < image.size(); ++i) image[i] = static_cast<uint8_t>(i + 1);
  return image;
}

// A table that leaves the pixel values as they are, so that 0 can only be padding or cutout.
static PixelTable plain_table(int64_t C) {
  const auto channels = static_cast<size_t>(C);
  return PixelTable(
      {.mean = std::vector<double>(channels, 0), .std = std::vector<double>(channels, 1 / 255.0)});
}

static std::vector<real> augmented(int64_t C, const AugmentOptions& options, uint64_t index) {
  const std::vector<uint8_t> image = numbered_image(C);
  std::vector<real> out(image.size(), real{-1});
  augment_image(out.data(), image.data(), kH, kW, plain_table(C), options,
                Random(5, Purpose::augment, 0, index));
  return out;
}

// The image moved by (dy,dx) and then flipped, pixel by pixel as the definition says.
static std::vector<real> moved(int64_t C, int64_t dy, int64_t dx, bool flip) {
  const std::vector<uint8_t> image = numbered_image(C);
  std::vector<real> out(image.size());
  for (int64_t y = 0; y < kH; ++y) {
    for (int64_t x = 0; x < kW; ++x) {
      const int64_t from_y = y + dy, from_x = (flip ? kW - 1 - x : x) + dx;
      const bool inside = from_y >= 0 && from_y < kH && from_x >= 0 && from_x < kW;
      for (int64_t c = 0; c < C; ++c) {
        out[(y * kW + x) * C + c] =
            inside ? static_cast<real>(image[(from_y * kW + from_x) * C + c]) : real{0};
      }
    }
  }
  return out;
}

static std::vector<int> rounded(const std::vector<real>& values) {
  std::vector<int> result;
  for (const real value : values) result.push_back(static_cast<int>(std::lround(value)));
  return result;
}

TEST_CASE("crop and flip give each of the possible images, equally often, and no other", "[data]") {
  const int64_t C = GENERATE(1, 3), padding = 2;
  CAPTURE(C);
  std::map<std::vector<int>, int> count;  // of each possible result
  for (int64_t dy = -padding; dy <= padding; ++dy) {
    for (int64_t dx = -padding; dx <= padding; ++dx) {
      for (const bool flip : {false, true}) count[rounded(moved(C, dy, dx, flip))] = 0;
    }
  }
  REQUIRE(count.size() == 50);
  const int draws = 10000;  // 200 expected of each, standard deviation 14
  int impossible = 0;
  for (int i = 0; i < draws; ++i) {
    const auto found = count.find(rounded(augmented(C, {.crop_padding = padding, .flip = true}, i)));
    found == count.end() ? ++impossible : ++found->second;
  }
  CHECK(impossible == 0);
  for (const auto& [image, times] : count) CHECK(std::abs(times - 200) < 5 * 14);
}

TEST_CASE("half of the images are flipped", "[data]") {
  const std::vector<real> straight = moved(3, 0, 0, false), flipped = moved(3, 0, 0, true);
  int flips = 0, neither = 0;
  for (uint64_t i = 0; i < 4000; ++i) {
    const std::vector<int> result = rounded(augmented(3, {.crop_padding = 0, .flip = true}, i));
    flips += result == rounded(flipped);
    neither += result != rounded(flipped) && result != rounded(straight);
  }
  CHECK(neither == 0);
  CHECK(std::abs(flips - 2000) < 160);  // five standard deviations of 32
}

TEST_CASE("cutout clears one square, clipped at the border, with its middle anywhere", "[data]") {
  const int64_t side = 4, C = 3;
  int64_t whole = 0, touched_corner = 0;
  for (uint64_t i = 0; i < 2000; ++i) {
    const std::vector<int> result =
        rounded(augmented(C, {.crop_padding = 0, .flip = false, .cutout = side}, i));
    const std::vector<int> before = rounded(moved(C, 0, 0, false));
    int64_t top = kH, bottom = -1, left = kW, right = -1, cleared = 0;
    for (int64_t y = 0; y < kH; ++y) {
      for (int64_t x = 0; x < kW; ++x) {
        const int64_t at = (y * kW + x) * C;
        const bool zero = result[at] == 0 && result[at + 1] == 0 && result[at + 2] == 0;
        if (!zero) REQUIRE(std::equal(&result[at], &result[at] + C, &before[at]));
        if (!zero) continue;
        ++cleared;
        top = std::min(top, y), bottom = std::max(bottom, y);
        left = std::min(left, x), right = std::max(right, x);
      }
    }
    REQUIRE(cleared == (bottom - top + 1) * (right - left + 1));  // a full rectangle, not empty
    REQUIRE(cleared <= side * side);
    REQUIRE(cleared >= side * side / 4);
    whole += cleared == side * side;
    touched_corner += top == 0 && left == 0;
  }
  // A middle at row 2..5 of 7 and column 2..7 of 9 leaves the square whole: 24 of 63. It covers the upper left
  // corner from row 0..2 and column 0..2: 9 of 63. Five standard deviations of 2000 draws: 109 and 78.
  CHECK(std::abs(whole - 2000 * 24 / 63) < 109);
  CHECK(std::abs(touched_corner - 2000 * 9 / 63) < 78);
}

TEST_CASE("an image's augmentation depends on its address only", "[data]") {
  const AugmentOptions options = parse_augment("crop:3+flip+cutout:2");
  CHECK(augmented(3, options, 17) == augmented(3, options, 17));
  int different = 0;
  for (uint64_t i = 0; i < 100; ++i) different += augmented(3, options, i) != augmented(3, options, i + 1);
  CHECK(different > 95);
}

TEST_CASE("switching cutout on does not change crop and flip", "[data]") {
  int cut = 0;
  for (uint64_t i = 0; i < 50; ++i) {
    const std::vector<real> plain = augmented(1, parse_augment("crop:2+flip"), i);
    const std::vector<real> with_cutout = augmented(1, parse_augment("crop:2+flip+cutout:3"), i);
    for (size_t p = 0; p < plain.size(); ++p) {
      const bool is_cut = with_cutout[p] == 0 && plain[p] != 0;
      cut += is_cut;
      if (!is_cut) REQUIRE(with_cutout[p] == plain[p]);
    }
  }
  CHECK(cut > 50);
}

TEST_CASE("switching flip on does not change where cutout is", "[data]") {
  int flipped = 0;
  for (uint64_t i = 0; i < 50; ++i) {
    const std::vector<real> plain = augmented(1, parse_augment("cutout:3"), i);
    const std::vector<real> with_flip = augmented(1, parse_augment("flip+cutout:3"), i);
    for (size_t p = 0; p < plain.size(); ++p) REQUIRE((plain[p] == 0) == (with_flip[p] == 0));
    flipped += plain != with_flip;
  }
  CHECK(flipped > 10);
}

TEST_CASE("augment_image without augmentation normalises", "[data]") {
  const std::vector<uint8_t> image = numbered_image(3);
  const PixelTable table({.mean = {0.1, 0.2, 0.3}, .std = {0.5, 0.6, 0.7}});
  std::vector<real> a(image.size()), b(image.size());
  augment_image(a.data(), image.data(), kH, kW, table, kNoAugment, Random(1, Purpose::augment));
  normalise_image(b.data(), image.data(), kH, kW, table);
  CHECK(a == b);
  CHECK(a[5] == Approx((6 / 255.0 - 0.3) / 0.7).epsilon(1e-6));
}
