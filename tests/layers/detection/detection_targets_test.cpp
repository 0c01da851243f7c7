#include "layers/detection/detection_targets.hpp"

#include "layers/detection/anchors.hpp"
#include "tests/catch.hpp"

using namespace eca;

TEST_CASE("detection targets: every object is found from an anchor", "[layers][detection]") {
  const std::vector<CornerBox> at_origin = anchors_at_origin({.sizes = {16}});
  const std::vector<CornerBox> anchors =
      anchors_of_map(at_origin, {.height = 8, .width = 8, .stride_y = 8, .stride_x = 8});
  const std::vector<CornerBox> objects{{3, 5, 17, 24}, {30, 34, 60, 41}, {1, 1, 63, 63}};
  Random random(1, Purpose::test);
  const DetectionTargets targets = detection_targets(anchors, objects, random);
  REQUIRE(targets.deltas.size() == targets.sample.positives.size());
  REQUIRE(targets.objects.size() == targets.sample.positives.size());
  std::vector<bool> found(objects.size(), false);
  for (size_t k = 0; k < targets.deltas.size(); ++k) {
    const CornerBox& anchor = anchors[static_cast<size_t>(targets.sample.positives[k])];
    const auto object = static_cast<size_t>(targets.objects[k]);
    CHECK(iou(BoxCoder().decode(targets.deltas[k], anchor), objects[object]) > 0.999);
    found[object] = true;
  }
  CHECK(found == std::vector<bool>(objects.size(), true));
  CHECK(detection_targets(anchors, {}, random, {.size = {.count = 10}}).sample.negatives.size() == 10);
}
