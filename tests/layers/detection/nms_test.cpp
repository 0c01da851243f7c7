#include "layers/detection/nms.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/layers/detection/detection_golden.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("nms: keeps what torchvision keeps, with ties and by class", "[golden][detection]") {
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "nms");
  CHECK(cases.size() == 6);
  for (const GoldenCase& c : cases) {
    CAPTURE(c.name());
    const std::vector<int32_t> expected = c.labels("kept");
    const std::vector<int32_t> groups = c.has("groups") ? c.labels("groups") : std::vector<int32_t>{};
    const std::vector<int64_t> kept =
        nms(as_boxes(c.same("boxes")), doubles(c.same("scores")), c.option<double>("threshold"), groups);
    CHECK(kept == std::vector<int64_t>(expected.begin(), expected.end()));
    ++counters.goldens;
  }
}

TEST_CASE("nms: only more than the threshold is too much, the lower index wins a tie",
          "[layers][detection]") {
  const std::vector<CornerBox> boxes{{0, 0, 10, 10}, {0, 0, 10, 5}, {0, 0, 10, 10}};
  CHECK(nms(boxes, std::vector<double>{1, 1, 1}, 0.5) == std::vector<int64_t>{0, 1});
  CHECK(nms(boxes, std::vector<double>{1, 1, 1}, 0.49) == std::vector<int64_t>{0});
  CHECK(nms(boxes, std::vector<double>{1, 1, 2}, 0.5, std::vector<int32_t>{3, 3, 4}) ==
        std::vector<int64_t>{2, 0, 1});
  CHECK(nms({}, {}, 0.5).empty());
  const std::vector<CornerBox> apart{{0, 0, 1, 1}, {2, 0, 3, 1}, {2, 0, 3, 1}, {4, 0, 5, 1}};
  CHECK(nms(apart, std::vector<double>{1, 4, 3, 2}, 0.5, {}, 2) == std::vector<int64_t>{1, 3});
  CHECK(nms(apart, std::vector<double>{1, 4, 3, 2}, 0.5, {}, 0).empty());
  CHECK(error_text<Error>([&] {
          nms(boxes, std::vector<double>{1, 2}, 0.5);
        }) == "nms: 2 scores and 0 groups for 3 boxes");
  CHECK(error_text<Error>([&] {
          nms(boxes, std::vector<double>{1, 2, 3}, 0.5, std::vector<int32_t>{1});
        }) == "nms: 3 scores and 1 groups for 3 boxes");
  CHECK(error_text<Error>([&] {
          nms(boxes, std::vector<double>{1, std::nan(""), 3}, 0.5);
        }) == "nms: the score of box 1 is NaN");
}
