#include "data/coco/polygon_mask.hpp"

#include <limits>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/data/coco/masks_golden.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("polygon_mask: pixel for pixel as pycocotools", "[data][coco]") {
  const auto cases = mask_cases_with("polygons");
  REQUIRE(cases.size() == 500);
  for (const auto& one : cases) {
    CAPTURE(one.dump());
    const int64_t height = one["size"][0], width = one["size"][1];
    Rle mask = rle_from_counts(std::vector<int64_t>{height * width}, height, width);
    for (const auto& polygon : one["polygons"]) {
      mask = united(mask, polygon_mask(polygon.get<std::vector<double>>(), height, width));
    }
    CHECK(rle_text(mask) == one["counts"]);
    CHECK(area(mask) == one["area"]);
    const Box box = bounding_box(mask);
    CHECK(std::vector<double>{box.x, box.y, box.width, box.height} == one["box"].get<std::vector<double>>());
  }
}

TEST_CASE("polygon_mask: a rectangle of whole pixels is these pixels", "[data][coco]") {
  const std::vector<double> xy = {1, 0, 3, 0, 3, 2, 1, 2};
  CHECK(decode_rle(polygon_mask(xy, 3, 4)) == std::vector<uint8_t>{0, 1, 1, 0,  //
                                                                   0, 1, 1, 0,  //
                                                                   0, 0, 0, 0});
}

TEST_CASE("polygon_mask: what is refused", "[data][coco]") {
  const auto refused = [](std::vector<double> xy, int64_t height = 4) {
    return error_text<Error>([&] { polygon_mask(xy, height, 4); });
  };
  CHECK_THAT(refused({0, 0, 1, 1}), contains("a polygon of 2 corners, expected at least 3"));
  CHECK_THAT(refused({0, 0, 1, 1, 2, 2, 3}), contains("a polygon of 7 numbers, expected x and y of each"));
  CHECK_THAT(refused({0, 0, 1, 1, 2, 1e9}), contains("a corner at 1000000000"));
  CHECK_THAT(refused({0, 0, 1, 1, 2, std::numeric_limits<double>::quiet_NaN()}), contains("a corner at nan"));
  CHECK_THAT(refused({0, 0, 1, 1, 2, 1}, 0), contains("a mask of 0x4 pixels"));
}
