#include "experiments/detection/explain_detector.hpp"

#include "experiments/detection/batch_targets.hpp"
#include "experiments/detection/draw_objects.hpp"
#include "experiments/detection/explain_anchors.hpp"
#include "experiments/detection/explain_found.hpp"
#include "experiments/detection/explain_maps.hpp"
#include "experiments/detection/explain_masks.hpp"
#include "experiments/detection/explain_panel.hpp"
#include "experiments/detection/explain_proposals.hpp"
#include "models/detection/detector.hpp"
#include "tests/catch.hpp"
#include "tests/models/detection/small_scenes.hpp"

using namespace eca;
using namespace eca::test;

namespace {

constexpr Colour kLine = {200, 0, 0};

int64_t pixels_of(const Picture& picture, Colour colour) {
  int64_t count = 0;
  for (int64_t y = 0; y < picture.height(); ++y) {
    for (int64_t x = 0; x < picture.width(); ++x) count += picture.at(x, y) == colour;
  }
  return count;
}

Image even_image(int64_t height, int64_t width, uint8_t grey) {
  return {.height = height,
          .width = width,
          .pixels = std::vector<uint8_t>(static_cast<size_t>(3 * height * width), grey)};
}

}  // namespace

TEST_CASE("explain: a panel shows a part, and what is drawn lies in the whole's pixels",
          "[drawing][detection]") {
  ExplainPanel panel(Picture(100, 80), {.top = 20, .left = 10, .height = 10, .width = 20}, 100);
  CHECK(panel.scale() == 5);
  CHECK(panel.picture().width() == 100);
  CHECK(panel.picture().height() == 50);
  CHECK(panel.at(10, 20).x == 0);
  CHECK(panel.at(30, 30).y == 50);
  panel.draw_box({12, 22, 16, 26}, {.colour = kLine, .width = 2});
  CHECK(pixels_of(panel.picture(), kLine) ==
        4 * 2 * 20 - 4);  // a line of two pixels around 20 x 20, its corners round
  CHECK(panel.picture().at(9, 15) == kLine);
  CHECK(panel.picture().at(10, 15) == kLine);
  CHECK(panel.picture().at(11, 15) == kPaper);
  panel.draw_dot(20, 25, kInk, 3);
  CHECK(panel.picture().at(49, 24) == kInk);
  CHECK(pixels_of(panel.picture(), kInk) == 9);
  CHECK(panel.titled("ii").height() == 50 + 24 + 2);

  const ExplainPanel cut(Picture(100, 80), {.top = -5, .left = 90, .height = 10, .width = 50}, 50);
  CHECK(cut.at(90, 0).x == 0);
  CHECK(cut.scale() == 5);  // 10 x 5 pixels are left
  CHECK(cut.picture().height() == 25);
}

TEST_CASE("explain: anchors are found, passed over or background by the thresholds", "[detection]") {
  // IoU with the object: 1, 0.5, 0.25, 0
  const std::vector<CornerBox> anchors = {{0, 0, 4, 4}, {0, 0, 4, 8}, {0, 0, 8, 8}, {20, 0, 24, 4}};
  const std::vector<CornerBox> objects = {{0, 0, 4, 4}};
  const MatchedAnchors matched = matched_anchors(anchors, objects, {.high = 0.7, .low = 0.3});
  REQUIRE(matched.positives.size() == 1);
  CHECK(matched.positives[0].anchor == 0);
  CHECK(matched.positives[0].object == 0);
  CHECK(matched.ignored == std::vector<int64_t>{1});
  CHECK(matched.background == std::vector<int64_t>{2, 3});
  const DetectorConfig retinanet = torchvision_detector(DetectorKind::retinanet, {.name = "resnet18"}, 3);
  CHECK(anchor_rules(retinanet).matcher.high == 0.5);
  CHECK(anchor_rules(torchvision_detector(DetectorKind::faster_rcnn, {.name = "resnet18"}, 3)).matcher.high ==
        0.7);
}

TEST_CASE("explain: a panel for each map, with its places and the boxes of the one in the middle",
          "[drawing][detection]") {
  PyramidAnchors anchors;
  for (const int64_t side : {4, 2}) {
    anchors.first.push_back(std::ssize(anchors.boxes));
    const double stride = 64. / static_cast<double>(side);
    const auto of_map =
        anchors_of_map(anchors_at_origin({.sizes = {stride}, .ratios = {1}}),
                       {.height = side, .width = side, .stride_y = stride, .stride_x = stride});
    anchors.boxes.insert(anchors.boxes.end(), of_map.begin(), of_map.end());
  }
  anchors.first.push_back(std::ssize(anchors.boxes));
  const Picture picture = anchors_picture(even_image(64, 64, 0), anchors, {{4, 4, 16}, {2, 2, 32}});
  CHECK(picture.width() == 2 * 384 + 3 * 12);
  const int64_t left = 12, top = 12 + 24 + 2, times = 6;  // of the first panel's image
  const Colour line = object_colour(0);
  // Around (32,32), 16 pixels a side.
  CHECK(picture.at(left + 24 * times, top + 32 * times) == line);
  CHECK(picture.at(left + 40 * times, top + 32 * times) == line);
  CHECK(picture.at(left + 20 * times, top + 32 * times) != line);
  CHECK(picture.at(left + 16 * times, top + 48 * times) == Colour{70, 90, 120});
  // The second: around (32,32), too, 32 a side.
  CHECK(picture.at(left + 384 + 12 + 16 * times, top + 32 * times) == line);
}

TEST_CASE("explain: proposals that half know the answer, and what suppression leaves of them",
          "[drawing][detection]") {
  PyramidAnchors anchors;
  anchors.boxes = {{0, 0, 10, 10}, {4, 0, 14, 10}, {30, 30, 40, 40}, {0, 0, 10, 5}};
  anchors.first = {0, 3, 4};
  const std::vector<CornerBox> objects = {{0, 0, 10, 10}, {0, 0, 10, 5}};
  const ScoredBoxes scored = half_known_proposals(anchors, objects, 3);
  CHECK(scored.boxes == std::vector<CornerBox>{{0, 0, 10, 10}, {1, 0, 11, 10}, {0, 0, 10, 5}});
  CHECK(scored.scores == std::vector<double>{1, 60. / 140, 1});
  CHECK(scored.maps == std::vector<int32_t>{0, 0, 1});
  CHECK(half_known_proposals(anchors, objects, 1).boxes.size() == 2);
  CHECK(half_known_proposals(anchors, {}, 3).boxes.empty());

  const Picture picture = suppression_picture(even_image(48, 48, 0), scored, 0.7, 24);
  const int64_t left = 12, right = left + 384 + 12, top = 12 + 24 + 2, times = 8;
  const Colour first = {150, 0, 0};
  // The best box is in both, the second, of an IoU of 9/11 with it, where nothing is removed.
  CHECK(picture.at(left + 5 * times, top + 10 * times) == first);
  CHECK(picture.at(right + 5 * times, top + 10 * times) == first);
  CHECK(picture.at(left + 11 * times, top + 8 * times) != picture.at(right + 11 * times, top + 8 * times));
}

TEST_CASE("explain: samples of a region, and the part of a map that shows them", "[detection]") {
  CHECK(roi_samples(1, 3, 2, {.sampling_ratio = 2}) == std::vector<double>{1.25, 1.75, 2.25, 2.75});
  CHECK(roi_samples(1, 3, 2, {.sampling_ratio = 1, .aligned = true}) == std::vector<double>{1, 2});
  CHECK(roi_samples(1, 1.5, 1, {.sampling_ratio = 2}) ==
        std::vector<double>{1.25, 1.75});  // at least a pixel
  CHECK(roi_samples(0, 3, 1, {.sampling_ratio = 0}) == std::vector<double>{0.5, 1.5, 2.5});
  const PixelBox shown = shown_of_map({1.5, 2.25, 4.75, 6}, 8, 8);
  CHECK(shown == PixelBox{.top = 2, .left = 1, .height = 5, .width = 5});  // up to pixel 6 and 5
  CHECK(shown_of_map({-1, -1, 9, 9}, 8, 8) == PixelBox{.height = 8, .width = 8});
}

TEST_CASE("explain: maps are drawn as the size of their numbers", "[drawing][detection]") {
  const Picture picture = map_picture(Tensor::from({1, 1, 3, 2}, {0, 0, 3, 4, -3, -4}));
  CHECK(picture.width() == 3);
  CHECK(picture.at(1, 0) == picture.at(2, 0));
  CHECK(picture.at(0, 0) != picture.at(1, 0));
}

TEST_CASE("explain: a mask as numbers, and laid over its box again", "[drawing][detection]") {
  std::vector<uint8_t> mask(40 * 40, 0);
  for (size_t y = 10; y < 20; ++y) {
    for (size_t x = 10; x < 15; ++x) mask[y * 40 + x] = 1;
  }
  const std::vector<float> numbers = mask_numbers(mask, 40, 40, {10, 10, 20, 20}, 10);
  CHECK(numbers[55 - 3] == 1);
  CHECK(numbers[55 + 3] == 0);

  MaskAgreement agree = agreement({1, 1, 0, 0}, {1, 0.5f, 0.6f, 0});
  CHECK(agree.both == 1);
  CHECK(agree.only_first == 1);
  CHECK(agree.only_second == 1);
  CHECK(agree.iou() == 1. / 3);
  CHECK(MaskAgreement().iou() == 0);
  CHECK(shown_around({10, 10, 20, 20}, 40, 22) == PixelBox{.top = 6, .left = 6, .height = 18, .width = 16});
}

namespace {

// An ellipse of class 1 on grey.
ExplainedScene one_object() {
  const CornerBox box = {8, 8, 40, 30};
  ExplainedScene scene = {.canvas = {.image = even_image(64, 64, 100), .objects = {}},
                          .input = Tensor::full({1, 64, 64, 3}, real{0.5}),
                          .classes = {"a", "b", "c"}};
  scene.canvas.objects.push_back(
      {.box = {8, 8, 32, 22}, .label = 1, .area = 704, .mask = encode_rle(ellipse(box, 64, 64), 64, 64)});
  return scene;
}

std::unique_ptr<Detector> small_one(DetectorKind kind) {
  auto detector = make_detector(small_detector(kind, {.name = "eca_resnet18"}, 3));
  detector->initialise(1);
  return detector;
}

using Names = std::vector<std::string>;
Names names_of(const std::vector<NamedPicture>& pictures) {
  Names names;
  for (const NamedPicture& one : pictures) names.push_back(one.name);
  return names;
}

}  // namespace

TEST_CASE("explain: the steps of each kind of detector", "[drawing][detection]") {
  const ExplainedScene scene = one_object();
  const auto names = [&](DetectorKind kind, const ExplainedScene& of) {
    return names_of(explain_untrained(*small_one(kind), of));
  };
  CHECK(names(DetectorKind::retinanet, scene) == Names{"anchors", "matches", "pyramid"});
  CHECK(names(DetectorKind::faster_rcnn, scene) ==
        Names{"anchors", "matches", "pyramid", "suppression", "roi_align"});
  CHECK(names(DetectorKind::mask_rcnn, scene) ==
        Names{"anchors", "matches", "pyramid", "suppression", "roi_align", "masks"});
  ExplainedScene crowd = scene;
  crowd.canvas.objects[0].crowd = true;
  CHECK(names(DetectorKind::mask_rcnn, crowd) == Names{"anchors", "matches", "pyramid"});
  ExplainedScene without_mask = scene;
  without_mask.canvas.objects[0].mask.reset();
  CHECK(names(DetectorKind::mask_rcnn, without_mask) ==
        Names{"anchors", "matches", "pyramid", "suppression", "roi_align"});
}

TEST_CASE("explain: a trained detector shows its own proposals and what it found", "[drawing][detection]") {
  ExplainedScene scene = one_object();
  const auto detector = small_one(DetectorKind::mask_rcnn);
  const Names classes = {"a", "b", "c"};
  // One that finds something in place of the object: what a network without training finds is everywhere.
  detector->eval();
  const std::vector<Detection> found = detector->detect(scene.input).front();
  REQUIRE(!found.empty());
  scene.canvas.objects[0].box = box_of(found.front().box);
  CHECK(names_of(explain_trained(*detector, classes, scene)) ==
        Names{"anchors", "matches", "pyramid", "suppression", "roi_align", "masks", "found"});
  scene.canvas.objects[0].box = {60, 60, 3, 1};  // which nothing overlaps
  CHECK(names_of(explain_trained(*detector, classes, scene)) ==
        Names{"anchors", "matches", "pyramid", "suppression", "found"});
  CHECK(names_of(explain_trained(*small_one(DetectorKind::retinanet), classes, scene)) ==
        Names{"anchors", "matches", "pyramid", "found"});

  const std::vector<NamedPicture> untrained = explain_untrained(*detector, scene);
  const std::vector<NamedPicture> trained = explain_trained(*detector, classes, scene);
  CHECK((untrained[2].picture.pixels() == trained[2].picture.pixels()));  // the pyramid's maps
  CHECK((untrained[3].picture.pixels() != trained[3].picture.pixels()));  // proposals
}

TEST_CASE("explain: the largest object that was found, as what overlaps it most", "[detection]") {
  const DetectionObject large = {.box = {0, 0, 40, 40}}, middle = {.box = {50, 0, 20, 20}},
                        small = {.box = {0, 50, 10, 10}};
  const std::vector<const DetectionObject*> objects = {&small, &large, &middle};
  // Of the large one too little; of the middle one twice enough.
  const std::vector<Detection> found = {{.box = {0, 0, 40, 19}},
                                        {.box = {50, 0, 70, 12}},
                                        {.box = {50, 0, 70, 18}},
                                        {.box = {50, 2, 70, 20}},
                                        {.box = {0, 50, 10, 60}}};
  CHECK(largest_found(objects, found).object == &middle);
  CHECK(largest_found(objects, found).detection == &found[2]);
  CHECK(largest_found({&large}, found).object == nullptr);
  CHECK(largest_found({&large}, found).detection == nullptr);
  CHECK(largest_found({&large}, {{.box = {0, 0, 40, 20}}}).object == &large);  // half
  CHECK(largest_found({}, found).object == nullptr);
}

TEST_CASE("explain: what is there beside what was found with some score", "[drawing][detection]") {
  ExplainedScene scene = one_object();
  scene.canvas.objects[0].mask.reset();
  const std::vector<Detection> found = {{.box = {4, 4, 20, 20}, .label = 0, .score = 0.9},
                                        {.box = {40, 40, 60, 60}, .label = 2, .score = 0.49}};
  const Picture picture = found_picture(scene.canvas, scene.classes, found, {"x", "y", "z"}, 0.5);
  const int64_t left = 12, right = left + 384 + 12, top = 12 + 24 + 2, times = 6;
  CHECK(picture.at(left + 8 * times, top + 20 * times) == class_colour(1));
  CHECK(picture.at(right + 4 * times, top + 12 * times) == class_colour(0));
  CHECK(picture.at(left + 4 * times, top + 12 * times) != class_colour(0));
  CHECK(picture.at(right + 40 * times, top + 50 * times) == Colour{100, 100, 100});
}
