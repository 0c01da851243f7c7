#include "layers/detection/paste_mask.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/layers/detection/detection_golden.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("paste_mask: agrees with torchvision", "[golden][detection]") {
  const Golden golden("detection");
  const GoldenCase c = cases_of(golden, "paste").at(0);
  const Tensor masks = c.same("masks"), expected = c.same("pasted");
  const int64_t M = masks.dim(3), height = c.option<int64_t>("height"), width = c.option<int64_t>("width");
  const std::vector<CornerBox> boxes = as_boxes(c.same("boxes"));
  const std::vector<real> values = masks.values();
  const std::vector<float> numbers(values.begin(), values.end());
  std::vector<double> found;
  for (size_t i = 0; i < boxes.size(); ++i) {
    const auto mask = std::span(numbers).subspan(i * static_cast<size_t>(M * M), static_cast<size_t>(M * M));
    const std::vector<float> image = paste_mask(mask, M, boxes[i], height, width);
    found.insert(found.end(), image.begin(), image.end());
  }
  check_golden("pasted", as_tensor(found, expected.shape()), expected, 1e-6);
  ++counters.goldens;
}

// A number is a pixel here: the box and the rim of zeros around it are 4 x 4 pixels for 4 x 4 numbers.
TEST_CASE("paste_mask: at the right of a wide image, at the bottom of a high one", "[layers][detection]") {
  const std::vector<float> mask = {1, 2, 3, 4};
  std::vector<float> wide(4 * 12, 0.f), high(12 * 4, 0.f);
  wide[1 * 12 + 10] = 1;
  wide[1 * 12 + 11] = 2;
  wide[2 * 12 + 10] = 3;
  wide[2 * 12 + 11] = 4;
  high[10 * 4 + 1] = 1;
  high[10 * 4 + 2] = 2;
  high[11 * 4 + 1] = 3;
  high[11 * 4 + 2] = 4;
  CHECK(paste_mask(mask, 2, {10, 1, 11.9, 2.9}, 4, 12) == wide);
  CHECK(paste_mask(mask, 2, {1, 10, 2.9, 11.9}, 12, 4) == high);
}

TEST_CASE("paste_mask: each rule has its message", "[layers][detection]") {
  const std::vector<float> mask(9, 1);
  CHECK(error_text<Error>([&] {
          paste_mask(mask, 2, {0, 0, 4, 4}, 8, 9);
        }) == "paste_mask: 9 numbers of a mask of 2x2 in an image of 8x9");
  CHECK_THAT(error_text<Error>([&] {
               paste_mask(mask, 3, {0, 0, std::nan(""), 4}, 8, 8);
             }),
             contains("paste_mask: a box with a corner at nan, expected within 2^20 pixels"));
}
