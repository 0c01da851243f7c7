#include "data/detection/scenes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/data/detection/tiles.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

namespace {

SceneSet tile_scenes(const SceneOptions& options, SceneSet::Split split = SceneSet::Split::train) {
  return {options, split, tiles(8, 8)};
}

bool same(const DetectionExample& a, const DetectionExample& b) {
  if (a.image.pixels != b.image.pixels || a.objects.size() != b.objects.size()) return false;
  for (size_t i = 0; i < a.objects.size(); ++i) {
    if (a.objects[i].label != b.objects[i].label || a.objects[i].mask != b.objects[i].mask) return false;
  }
  return true;
}

// The range of each channel where the mask is on.
std::array<int, 3> range_of(const Image& image, const std::vector<uint8_t>& on) {
  std::array<int, 3> low = {255, 255, 255}, high = {}, range{};
  for (size_t p = 0; p < on.size(); ++p) {
    for (size_t c = 0; c < 3 && on[p] != 0; ++c) {
      low[c] = std::min<int>(low[c], image.pixels[3 * p + c]);
      high[c] = std::max<int>(high[c], image.pixels[3 * p + c]);
    }
  }
  for (size_t c = 0; c < 3; ++c) range[c] = high[c] - low[c];
  return range;
}

std::string options_error(const SceneOptions& options) {
  return error_text<Error>([&] { tile_scenes(options); });
}

}  // namespace

TEST_CASE("scenes: a scene depends on its address alone", "[data][detection]") {
  const SceneSet train = tile_scenes({.train = 20, .size = 48});
  const DetectionExample third = train.at(3);
  CHECK(same(train.at(3), third));
  CHECK(same(tile_scenes({.train = 4, .size = 48}).at(3), third));
  CHECK_FALSE(same(train.at(4), third));
  CHECK_FALSE(same(tile_scenes({.test = 20, .size = 48}, SceneSet::Split::test).at(3), third));
  CHECK_FALSE(same(tile_scenes({.train = 20, .size = 48, .seed = 2}).at(3), third));
}

TEST_CASE("scenes: masks are the pixels that are seen, boxes go round them", "[data][detection]") {
  const SceneSet scenes = tile_scenes({.train = 150, .size = 128});
  std::map<size_t, int> scenes_with;  // so many objects
  std::set<int32_t> labels;
  for (int64_t i = 0; i < scenes.size(); ++i) {
    CAPTURE(i);
    const DetectionExample scene = scenes.at(i);
    REQUIRE(scene.image.pixels.size() == 128 * 128 * 3);
    ++scenes_with[scene.objects.size()];
    std::vector<int> taken(128 * 128);
    for (const DetectionObject& object : scene.objects) {
      REQUIRE(object.mask.has_value());
      CHECK(object.box == bounding_box(*object.mask));
      CHECK(object.area == static_cast<double>(area(*object.mask)));
      CHECK_FALSE(object.crowd);
      labels.insert(object.label);
      const std::vector<uint8_t> on = decode_rle(*object.mask);
      for (size_t p = 0; p < on.size(); ++p) taken[p] += on[p];
      // A tile has one colour, give or take the noise: nothing else is seen in its mask, nor hidden below it.
      const std::array<int, 3> range = range_of(scene.image, on);
      CHECK(*std::max_element(range.begin(), range.end()) <= 22);
    }
    CHECK(*std::max_element(taken.begin(), taken.end()) <= 1);  // no pixel belongs to two
  }
  CHECK(labels == std::set<int32_t>{0, 1});
  CHECK(scenes_with[0] > 0);
  CHECK(scenes_with[0] < 20);
  for (size_t count = 1; count <= 5; ++count) CHECK(scenes_with[count] > 5);
  CHECK(scenes_with.rbegin()->first == 6);
}

TEST_CASE("scenes: of every object a quarter is seen at least", "[data][detection]") {
  const SceneSet scenes = tile_scenes({.train = 20, .size = 128, .objects = 40, .empty = 0});
  bool hidden = false;
  for (int64_t i = 0; i < scenes.size(); ++i) {
    const DetectionExample scene = scenes.at(i);
    CHECK(scene.objects.size() >= 1);
    CHECK(scene.objects.size() < 40);
    for (const DetectionObject& object : scene.objects) {
      CHECK(object.area >= 20 * 20 / 4);  // the smallest tile has 20 x 20 pixels
      hidden |= object.area < object.box.area();
    }
  }
  CHECK(hidden);
}

TEST_CASE("scenes: all or no scenes may be empty", "[data][detection]") {
  const SceneSet none = tile_scenes({.train = 30, .size = 32, .empty = 1});
  const SceneSet all = tile_scenes({.train = 30, .size = 32, .empty = 0});
  for (int64_t i = 0; i < 30; ++i) {
    CHECK(none.at(i).objects.empty());
    CHECK_FALSE(all.at(i).objects.empty());
  }
}

TEST_CASE("scenes: what is on all of them, for AP", "[data][detection]") {
  const SceneSet scenes = tile_scenes({.train = 12, .size = 32});
  const CocoDataset truth = scenes.truth();
  CHECK(truth.name == "scenes train");
  REQUIRE(truth.images.size() == 12);
  CHECK(truth.images[11].id == 12);
  CHECK(truth.images[11].file_name == "000011.png");
  CHECK(truth.images[11].width == 32);
  REQUIRE(truth.categories.size() == 2);
  CHECK(truth.categories[1].name == "dark");
  const auto of_image = objects_by_image(truth);
  for (int64_t i = 0; i < 12; ++i) {
    const DetectionExample scene = scenes.at(i);
    REQUIRE(of_image[i].size() == scene.objects.size());
    for (size_t k = 0; k < scene.objects.size(); ++k) {
      const CocoObject& object = truth.objects[of_image[i][k]];
      CHECK(object.id == of_image[i][k] + 1);
      CHECK(object.mask == scene.objects[k].mask);
      CHECK(object.box == scene.objects[k].box);
      CHECK(object.category == scene.objects[k].label);
    }
  }
}

TEST_CASE("scenes: the fingerprint tells other scenes", "[data][detection]") {
  const std::string print = tile_scenes({.train = 12, .size = 32}).fingerprint();
  CHECK(tile_scenes({.train = 12, .size = 32}).fingerprint() == print);
  CHECK(tile_scenes({.train = 13, .size = 32}).fingerprint() != print);
  CHECK(tile_scenes({.train = 12, .size = 33}).fingerprint() != print);
  CHECK(tile_scenes({.train = 12, .size = 32, .objects = 2}).fingerprint() != print);
  CHECK(tile_scenes({.train = 12, .size = 32, .empty = 0}).fingerprint() != print);
  CHECK(tile_scenes({.train = 12, .size = 32, .seed = 3}).fingerprint() != print);
  CHECK(SceneSet({.train = 12, .size = 32}, SceneSet::Split::train, tiles(8, 9)).fingerprint() != print);
}

TEST_CASE("scenes: what is refused", "[data][detection]") {
  CHECK(options_error({.train = 0}) == "scenes: n=0, expected 1..10000000");
  CHECK(options_error({.test = 0}) == "scenes: test=0, expected 1..1000000");
  CHECK(options_error({.size = 31}) == "scenes: size=31, expected 32..1024");
  CHECK(options_error({.objects = 101}) == "scenes: objects=101, expected 1..100");
  CHECK(options_error({.empty = 1.5}) == "scenes: empty=1.5, expected 0..1");
  const SceneSet scenes = tile_scenes({.train = 3});
  CHECK(error_text<Error>([&] { scenes.at(3); }) == "scenes train: no image 3, expected 0..2");
  CHECK(error_text<Error>([&] { scenes.at(-1); }) == "scenes train: no image -1, expected 0..2");
}
