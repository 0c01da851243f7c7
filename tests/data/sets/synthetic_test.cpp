#include "data/sets/synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

static std::vector<uint8_t> image_of(const ImageSet& set, int64_t i) {
  return {set.image(i), set.image(i) + set.image_size()};
}

TEST_CASE("synthetic images are balanced, all different, and in the promised number", "[data]") {
  const Dataset dataset = make_synthetic();
  CHECK(dataset.train.size() == 2000);
  CHECK(dataset.test.size() == 500);
  CHECK(dataset.train.image_size() == 32 * 32 * 3);
  CHECK(dataset.train.classes.size() == 10);
  CHECK(dataset.test.classes == dataset.train.classes);
  std::vector<int> count(10);
  for (const int32_t label : dataset.train.labels) ++count.at(static_cast<size_t>(label));
  CHECK(count == std::vector<int>(10, 200));
  std::set<std::vector<uint8_t>> distinct;
  for (int64_t i = 0; i < dataset.train.size(); ++i) distinct.insert(image_of(dataset.train, i));
  for (int64_t i = 0; i < dataset.test.size(); ++i) distinct.insert(image_of(dataset.test, i));
  CHECK(distinct.size() == 2500);
}

TEST_CASE("synthetic images depend on split and index only", "[data]") {
  const Dataset large = make_synthetic({.train = 60, .test = 30, .size = 16});
  const Dataset small = make_synthetic({.train = 23, .test = 11, .size = 16});
  for (const int64_t i : {0, 9, 22}) CHECK(image_of(small.train, i) == image_of(large.train, i));
  for (const int64_t i : {0, 10}) CHECK(image_of(small.test, i) == image_of(large.test, i));
  CHECK(image_of(large.train, 0) != image_of(large.test, 0));
}

static double mean_under(const ImageSet& set, int64_t i, int64_t c, uint8_t on) {
  double sum = 0, count = 0;
  for (int64_t p = 0; p < set.height * set.width; ++p) {
    if (set.mask(i)[p] != on) continue;
    sum += set.image(i)[3 * p + c];
    ++count;
  }
  return sum / count;
}

TEST_CASE("synthetic test images have masks: shapes and no textures", "[data]") {
  const Dataset dataset = make_synthetic({.train = 10, .test = 60});
  CHECK(dataset.train.masks.empty());
  REQUIRE(dataset.test.masks.size() == 60 * 32 * 32);
  for (int64_t i = 0; i < 60; ++i) {
    const auto on = std::count(dataset.test.mask(i), dataset.test.mask(i) + 32 * 32, 1);
    CAPTURE(i);
    if (dataset.test.labels[static_cast<size_t>(i)] < 4) {
      CHECK(on == 0);
      continue;
    }
    CHECK(on > 30);
    CHECK(on < 32 * 32 * 0.55);  // a disc of the largest radius
    // the colour inside differs from the one outside by 0.15 to 0.5 of the range, less what light and noise do
    double apart = 0;
    for (int64_t c = 0; c < 3; ++c)
      apart += std::abs(mean_under(dataset.test, i, c, 1) - mean_under(dataset.test, i, c, 0)) / 255;
    CHECK(apart > 0.3);
  }
}

TEST_CASE("synthetic classes can be fewer", "[data]") {
  const Dataset dataset = make_synthetic({.train = 9, .test = 3, .size = 8, .classes = 4});
  CHECK(dataset.train.labels == std::vector<int32_t>{0, 1, 2, 3, 0, 1, 2, 3, 0});
  CHECK(dataset.train.classes.size() == 4);
  CHECK(dataset.train.classes[0] == "horizontal stripes");
}

// Mean absolute difference of vertically and of horizontally neighbouring pixels.
static std::pair<double, double> roughness(const ImageSet& set, int64_t i) {
  double down = 0, across = 0;
  for (int64_t y = 0; y + 1 < set.height; ++y) {
    for (int64_t x = 0; x + 1 < set.width; ++x) {
      const uint8_t* pixel = set.image(i) + 3 * (y * set.width + x);
      down += std::abs(pixel[0] - pixel[3 * set.width]);
      across += std::abs(pixel[0] - pixel[3]);
    }
  }
  return {down, across};
}

TEST_CASE("synthetic images show what their label says", "[data]") {
  const Dataset dataset = make_synthetic();
  int horizontal_right = 0, vertical_right = 0;
  for (int64_t i = 0; i < dataset.train.size(); i += 10) {
    const auto [down0, across0] = roughness(dataset.train, i);
    horizontal_right += down0 > across0;
    const auto [down1, across1] = roughness(dataset.train, i + 1);
    vertical_right += across1 > down1;
  }
  CHECK(horizontal_right > 190);  // of 200
  CHECK(vertical_right > 190);
}

TEST_CASE("synthetic images use the range of values, and are normalised by their own statistics", "[data]") {
  const Dataset dataset = make_synthetic({.train = 500, .test = 10});
  for (int c = 0; c < 3; ++c) {
    CHECK(dataset.normalisation.mean[c] == Approx(0.5).margin(0.05));
    CHECK(dataset.normalisation.std[c] == Approx(0.27).margin(0.05));
  }
}

TEST_CASE("synthetic refuses options out of range", "[data]") {
  CHECK_THAT(error_text<Error>([] { make_synthetic({.train = 0}); }), contains("n=0, expected 1..1000000"));
  CHECK_THAT(error_text<Error>([] { make_synthetic({.test = -1}); }), contains("test=-1"));
  CHECK_THAT(error_text<Error>([] { make_synthetic({.size = 7}); }), contains("size=7, expected 8..256"));
  CHECK_THAT(error_text<Error>([] { make_synthetic({.classes = 11}); }),
             contains("classes=11, expected 2..10"));
}
