#include "data/image_set.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

// Two images of 1x2 pixels with two channels.
static ImageSet tiny_set() {
  return {.name = "tiny",
          .channels = 2,
          .height = 1,
          .width = 2,
          .pixels = {0, 7, 255, 7, /* second image: */ 0, 7, 51, 7},
          .labels = {0, 1},
          .classes = {"a", "b"}};
}

TEST_CASE("ImageSet finds its images", "[data]") {
  const ImageSet set = tiny_set();
  CHECK(set.size() == 2);
  CHECK(set.image_size() == 4);
  CHECK(set.image(1)[2] == 51);
}

TEST_CASE("compute_normalisation agrees with a calculation by hand", "[data]") {
  // Channel 0 holds 0, 1, 0, 0.2 in units of 255: mean 0.3, mean square 1.04 / 4 = 0.26, variance 0.26 - 0.09 = 0.17.
  const Normalisation normalisation = compute_normalisation(tiny_set());
  REQUIRE(normalisation.mean.size() == 2);
  REQUIRE(normalisation.std.size() == 2);
  CHECK(normalisation.mean[0] == Approx(0.3).epsilon(1e-12));
  CHECK(normalisation.std[0] == Approx(std::sqrt(0.17)).epsilon(1e-12));
}

TEST_CASE("compute_normalisation does not divide by the deviation of a constant channel", "[data]") {
  const Normalisation normalisation = compute_normalisation(tiny_set());
  CHECK(normalisation.mean[1] == Approx(7 / 255.0).epsilon(1e-12));
  CHECK(normalisation.std[1] == 1);
}

TEST_CASE("compute_normalisation looks at as many images as it is told, evenly spread", "[data]") {
  ImageSet set{
      .name = "grey", .channels = 1, .height = 1, .width = 1, .pixels = {}, .labels = {}, .classes = {"a"}};
  for (int i = 0; i < 10; ++i) {
    set.pixels.push_back(static_cast<uint8_t>(i * i));
    set.labels.push_back(0);
  }
  CHECK(compute_normalisation(set, 10).mean == compute_normalisation(set).mean);
  CHECK(compute_normalisation(set, 3).mean[0] == Approx((0 + 9 + 36) / 3.0 / 255));  // 0, 3, 6
}

TEST_CASE("compute_normalisation refuses an empty set", "[data]") {
  ImageSet set = tiny_set();
  set.pixels.clear();
  set.labels.clear();
  CHECK_THAT(error_text<Error>([&] { compute_normalisation(set); }),
             contains("tiny") && contains("no images"));
}
