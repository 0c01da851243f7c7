#include <cmath>

#include "core/base/error.hpp"
#include "layers/detection/anchors.hpp"
#include "layers/detection/box_coder.hpp"
#include "layers/detection/corner_box.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/layers/detection/detection_golden.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("anchors: those of torchvision", "[golden][detection]") {
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "anchors");
  CHECK(cases.size() == 3);
  for (const GoldenCase& c : cases) {
    CAPTURE(c.name());
    const AnchorShapes shapes = {.sizes = c.option<std::vector<double>>("sizes"),
                                 .ratios = c.option<std::vector<double>>("ratios")};
    const AnchorGrid grid = {c.option<int64_t>("height"), c.option<int64_t>("width"),
                             c.option<double>("stride_y"), c.option<double>("stride_x")};
    check_golden("anchors", as_tensor(anchors_of_map(anchors_at_origin(shapes), grid)), c.same("anchors"), 0);
    ++counters.goldens;
  }
}

TEST_CASE("anchors: unrounded ones have the area of their size and the ratio asked for",
          "[layers][detection]") {
  const std::vector<CornerBox> boxes =
      anchors_at_origin({.sizes = {5, 7}, .ratios = {0.3, 2}, .rounded = false});
  CHECK(boxes.size() == 4);
  CHECK(boxes[1].area() == Approx(49));  // sizes in turn, for each ratio
  CHECK(boxes[1].height() / boxes[1].width() == Approx(0.3));
  CHECK(boxes[2].area() == Approx(25));
  CHECK(error_text<Error>([] { anchors_at_origin({.sizes = {}}); }) ==
        "anchors: no size, expected at least one");
  CHECK(error_text<Error>([] {
          anchors_at_origin({.sizes = {8}, .ratios = {1, -2}});
        }) == "anchors: ratio -2.000000, expected a number above 0");
}

TEST_CASE("box coder: there and back as torchvision", "[golden][detection]") {
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "coder");
  CHECK(cases.size() == 2);
  for (const GoldenCase& c : cases) {
    CAPTURE(c.name());
    const auto weights = c.option<std::vector<double>>("weights");
    const BoxCoder coder = {.weights = {weights[0], weights[1], weights[2], weights[3]}};
    const std::vector<CornerBox> references = as_boxes(c.same("references")),
                                 boxes = as_boxes(c.same("boxes"));
    const std::vector<double> deltas = doubles(c.same("deltas"));
    std::vector<double> encoded;
    std::vector<CornerBox> decoded;
    for (size_t i = 0; i < boxes.size(); ++i) {
      const BoxDelta delta = coder.encode(boxes[i], references[i]);
      encoded.insert(encoded.end(), delta.begin(), delta.end());
      const CornerBox back = coder.decode(delta, references[i]);
      CHECK(std::abs(back.x1 - boxes[i].x1) + std::abs(back.y2 - boxes[i].y2) < 1e-9);
      const double* t = deltas.data() + 4 * i;
      decoded.push_back(coder.decode({t[0], t[1], t[2], t[3]}, references[i]));
    }
    check_golden("encoded", as_tensor(encoded, c.same("encoded").shape()), c.same("encoded"),
                 kDetectionTolerance);
    check_golden("decoded", as_tensor(decoded), c.same("decoded"), kDetectionTolerance);
    ++counters.goldens;
  }
  CHECK(error_text<Error>([] {
          BoxCoder().encode({0, 0, 4, 0}, {0, 0, 4, 4});
        }) == "box coder: the box is 4.000000 wide and 0.000000 high, expected both above 0");
  CHECK(error_text<Error>([] {
          BoxCoder().encode({0, 0, 4, 4}, {4, 0, 2, 4});
        }) == "box coder: the reference is -2.000000 wide and 4.000000 high, expected both above 0");
}

TEST_CASE("boxes: overlaps, clipped and large enough as torchvision", "[golden][detection]") {
  const Golden golden("detection");
  const GoldenCase c = cases_of(golden, "iou").at(0);
  const std::vector<CornerBox> a = as_boxes(c.same("a")), b = as_boxes(c.same("b"));
  check_golden("iou", as_tensor(iou_matrix(a, b), c.same("iou").shape()), c.same("iou"), kDetectionTolerance);
  std::vector<CornerBox> inside;
  for (const CornerBox& box : a)
    inside.push_back(clipped(box, c.option<double>("height"), c.option<double>("width")));
  check_golden("clipped", as_tensor(inside), c.same("clipped"), 0);
  const std::vector<int32_t> kept = c.labels("of_size");
  CHECK(boxes_of_size(a, c.option<double>("min_size")) == std::vector<int64_t>(kept.begin(), kept.end()));
  CHECK(iou({1, 1, 1, 1}, {1, 1, 1, 1}) == 0);
  ++counters.goldens;
}
