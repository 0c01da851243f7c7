#include "experiments/detection/coco_ap.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/base/error.hpp"
#include "data/coco/coco_json.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;
using nlohmann::json;

namespace {

// tests/golden/coco_ap.json has rows, COCO's files have fields.
std::string annotations_of(const json& rows) {
  json images = json::array(), annotations = json::array(), categories = json::array();
  for (const json& row : rows["images"]) {
    images.push_back({{"id", row[0]}, {"file_name", "x"}, {"height", row[1]}, {"width", row[2]}});
  }
  for (const json& row : rows["annotations"]) {
    annotations.push_back({{"id", row[0]},
                           {"image_id", row[1]},
                           {"category_id", row[2]},
                           {"area", row[3]},
                           {"iscrowd", row[4]},
                           {"bbox", row[5]},
                           {"segmentation", row[6]}});
  }
  for (const json& id : rows["categories"]) categories.push_back({{"id", id}, {"name", "x"}});
  return json({{"images", images}, {"annotations", annotations}, {"categories", categories}}).dump();
}

std::string results_of(const json& rows, const CocoDataset& set) {
  json results = json::array();
  for (const json& row : rows["results"]) {
    const auto image = std::find_if(set.images.begin(), set.images.end(),
                                    [&row](const CocoImage& one) { return one.id == row[0]; });
    results.push_back({{"image_id", row[0]},
                       {"category_id", row[1]},
                       {"score", row[2]},
                       {"bbox", row[3]},
                       {"segmentation", {{"size", {image->height, image->width}}, {"counts", row[4]}}}});
  }
  return results.dump();
}

// AP of each category in the order of their ids.
std::vector<double> aps_by_id(const CocoDataset& set, const CocoScores& scores) {
  std::vector<size_t> order(set.categories.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&set](size_t a, size_t b) { return set.categories[a].id < set.categories[b].id; });
  std::vector<double> aps;
  for (const size_t i : order) aps.push_back(scores.classes[i].ap);
  return aps;
}

void check_close(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(found[i] - expected[i]) <= 1e-9);
  }
}

// One image of 10x10 with these boxes.
CocoDataset set_of(const std::vector<Box>& boxes) {
  CocoDataset set = {
      .name = "set", .images = {{1, "1.png", 10, 10}}, .categories = {{1, "thing"}}, .objects = {}};
  for (const Box& box : boxes) {
    set.objects.push_back({.id = std::ssize(set.objects), .box = box, .area = box.area()});
  }
  return set;
}

}  // namespace

TEST_CASE("coco_scores: the twelve numbers and each class's AP are those of pycocotools", "[coco]") {
  const json cases = json::parse(read_file("tests/golden/coco_ap.json"));
  REQUIRE(cases.size() == 360);
  for (size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i, cases[i]["kinds"].dump());
    const CocoDataset set = parse_coco(annotations_of(cases[i]), "annotations");
    const auto detections = parse_coco_results(results_of(cases[i], set), "results", set);
    const CocoScores boxes = coco_scores(set, detections, {.region = CocoRegion::boxes});
    const CocoScores masks = coco_scores(set, detections, {.region = CocoRegion::masks});
    check_close(twelve_of(boxes.all), cases[i]["boxes"]);
    check_close(twelve_of(masks.all), cases[i]["masks"]);
    check_close(aps_by_id(set, boxes), cases[i]["box_classes"]);
    check_close(aps_by_id(set, masks), cases[i]["mask_classes"]);
  }
}

TEST_CASE("coco_scores: an object with the id 0 can be found", "[coco]") {
  const CocoDataset set = set_of({{0, 0, 4, 4}, {5, 5, 4, 4}});
  const CocoScores scores = coco_scores(set, {{0, 0, 0.9, {0, 0, 4, 4}}, {0, 0, 0.8, {5, 5, 4, 4}}});
  CHECK(scores.all.ap == Approx(1));
  CHECK(scores.all.ar1 == 0.5);
  CHECK(scores.all.ar10 == 1);
  CHECK(scores.all.ap_large == -1);
}

TEST_CASE("coco_scores: other ranges of sizes", "[coco]") {
  const CocoDataset set = set_of({{0, 0, 2, 2}, {5, 5, 4, 4}});
  const CocoScores scores = coco_scores(set, {{0, 0, 0.9, {0, 0, 2, 2}}}, {.small = 2, .large = 3});
  CHECK(scores.all.ar_small == 1);
  CHECK(scores.all.ar_medium == 1);  // an area of 4 is small and medium
  CHECK(scores.all.ar_large == 0);
}

TEST_CASE("coco_scores: what is refused", "[coco]") {
  CocoDataset set = set_of({{0, 0, 4, 4}});
  const auto refused = [&set](const CocoDetection& detection, CocoRegion region = CocoRegion::boxes) {
    return error_text<Error>([&] { coco_scores(set, {detection}, {.region = region}); });
  };
  CHECK_THAT(refused({.image = 1}), contains("detection 0: image 1 of 1"));
  CHECK_THAT(refused({.image = -1}), contains("detection 0: image -1 of 1"));
  CHECK_THAT(refused({.category = 1}), contains("detection 0: category 1 of 1"));
  CHECK_THAT(refused({}, CocoRegion::masks), contains("object 0 has no mask to compare with"));
  set.objects[0].mask = encode_rle(std::vector<uint8_t>(100, 1), 10, 10);
  CHECK_THAT(refused({}, CocoRegion::masks),
             contains("detection 0 (image id 1) has no mask; results for masks"));
  CocoDetection small;
  small.mask = encode_rle(std::vector<uint8_t>(4, 1), 2, 2);
  CHECK_THAT(refused(small, CocoRegion::masks), contains("masks of different sizes: 2x2 and 10x10"));
}
