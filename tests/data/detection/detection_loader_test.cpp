#include "data/detection/detection_loader.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/detection/scenes.hpp"
#include "tests/catch.hpp"
#include "tests/data/detection/tiles.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

namespace {

const Normalisation kHalf = {.mean = {0.5, 0.5, 0.5}, .std = {0.25, 0.25, 0.25}};

SceneSet ten_scenes() { return {{.train = 10, .size = 40}, SceneSet::Split::train, tiles(8, 8)}; }

// Some images, of which the third cannot be read.
class BrokenSet final : public DetectionSet {
 public:
  std::string name() const override { return "broken"; }
  int64_t size() const override { return 5; }
  const std::vector<std::string>& classes() const override { return classes_; }
  DetectionExample at(int64_t i) const override {
    if (i == 2) throw FileError("c.png", "cannot be opened");
    return {.image = {.height = 2, .width = 4, .pixels = std::vector<uint8_t>(24, 255)}, .objects = {}};
  }
  CocoDataset truth() const override { return {}; }
  std::string fingerprint() const override { return ""; }

 private:
  std::vector<std::string> classes_ = {"a"};
};

std::vector<DetectionBatch> epoch_of(DetectionLoader& loader, int64_t epoch, int64_t first = 0) {
  std::vector<DetectionBatch> batches(1);
  loader.start_epoch(epoch, first);
  while (loader.next(batches.back())) batches.emplace_back();
  batches.pop_back();
  return batches;
}

void check_same(const DetectionBatch& a, const DetectionBatch& b) {
  CHECK(a.indices == b.indices);
  CHECK(a.images == b.images);
  CHECK(a.placements == b.placements);
  REQUIRE(a.objects.size() == b.objects.size());
  for (size_t n = 0; n < a.objects.size(); ++n) {
    REQUIRE(a.objects[n].size() == b.objects[n].size());
    for (size_t k = 0; k < a.objects[n].size(); ++k) {
      CHECK(a.objects[n][k].box == b.objects[n][k].box);
      CHECK(a.objects[n][k].mask == b.objects[n][k].mask);
    }
  }
}

}  // namespace

TEST_CASE("detection loader: images in their order, normalised", "[data][detection]") {
  const SceneSet set = ten_scenes();
  DetectionLoader loader(set, kHalf, {.batch_size = 4, .canvas = {40, 48}});
  CHECK(loader.batches() == 3);
  const std::vector<DetectionBatch> batches = epoch_of(loader, 0);
  REQUIRE(batches.size() == 3);
  CHECK(batches[1].indices == std::vector<int64_t>{4, 5, 6, 7});
  CHECK(batches[2].indices == std::vector<int64_t>{8, 9});
  CHECK(batches[2].tensor().shape() == Shape{2, 40, 48, 3});
  const DetectionExample scene = set.at(5);
  CHECK(batches[1].placements[1] == Placement{40, 40, 40, 40, 0, 0, false});
  REQUIRE(batches[1].objects[1].size() == scene.objects.size());
  const real* image = &batches[1].images[1 * 40 * 48 * 3];
  for (int64_t y : {0, 17, 39}) {
    for (int64_t x : {0, 23, 39, 40, 47}) {
      CAPTURE(y, x);
      const real found = image[3 * (48 * y + x) + 1];
      if (x < 40)
        CHECK(found ==
              Approx((scene.image.pixels[static_cast<size_t>(3 * (40 * y + x) + 1)] / 255. - 0.5) / 0.25));
      if (x >= 40) CHECK(found == 0);
    }
  }
}

TEST_CASE("detection loader: an image of another shape keeps it", "[data][detection]") {
  const BrokenSet set;
  DetectionLoader loader(set, kHalf, {.batch_size = 2, .canvas = {32, 16}});
  const DetectionBatch batch = [&] {
    DetectionBatch first;
    loader.start_epoch(0);
    loader.next(first);
    return first;
  }();
  CHECK(batch.placements[1] == Placement{2, 4, 8, 16, 0, 0, false});
  for (int64_t y = 0; y < 32; ++y)
    CHECK(batch.images[static_cast<size_t>(3 * (16 * (32 + y) + 15))] == (y < 8 ? 2 : 0));
}

TEST_CASE("detection loader: every image once an epoch, in another order each", "[data][detection]") {
  const SceneSet set = ten_scenes();
  DetectionLoader loader(
      set, kHalf, {.batch_size = 3, .canvas = {32, 32}, .shuffle = true, .drop_last = true, .seed = 4});
  CHECK(loader.batches() == 3);
  std::vector<int64_t> first;
  for (const DetectionBatch& batch : epoch_of(loader, 0))
    first.insert(first.end(), batch.indices.begin(), batch.indices.end());
  std::vector<int64_t> sorted = first;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::unique(sorted.begin(), sorted.end()) == sorted.end());
  CHECK(first.size() == 9);
  CHECK(epoch_of(loader, 1)[0].indices != epoch_of(loader, 0)[0].indices);
}

TEST_CASE("detection loader: batches do not depend on threads, on being made ahead or on where it began",
          "[data][detection][threads]") {
  const SceneSet set = ten_scenes();
  DetectionLoaderOptions options = {.batch_size = 4,
                                    .canvas = {36, 44},
                                    .shuffle = true,
                                    .augment = parse_detection_augment("flip+scale"),
                                    .seed = 9};
  DetectionLoader loader(set, kHalf, options);
  const std::vector<DetectionBatch> expected = epoch_of(loader, 2);
  REQUIRE(expected.size() == 3);
  const int before = threads();
  for (const int count : {1, 5}) {
    set_threads(count);
    const std::vector<DetectionBatch> found = epoch_of(loader, 2);
    for (size_t i = 0; i < 3; ++i) check_same(found[i], expected[i]);
  }
  set_threads(before);
  check_same(epoch_of(loader, 2, 2)[0], expected[2]);
  loader.start_epoch(1);  // left while a batch is made
  check_same(epoch_of(loader, 2)[0], expected[0]);
  options.ahead = false;
  DetectionLoader plain(set, kHalf, options);
  check_same(epoch_of(plain, 2)[1], expected[1]);
  CHECK(epoch_of(plain, 3)[1].images != expected[1].images);
}

TEST_CASE("detection loader: objects stay on their pixels", "[data][detection]") {
  const SceneSet set({.train = 40, .size = 64}, SceneSet::Split::train, tiles(8, 8));
  DetectionLoader loader(
      set, kHalf,
      {.batch_size = 40, .canvas = {80, 80}, .augment = parse_detection_augment("flip+scale"), .seed = 1});
  const std::vector<DetectionBatch> batches = epoch_of(loader, 0);
  int64_t compared = 0;
  for (size_t n = 0; n < 40; ++n) {
    const real* image = &batches[0].images[n * 80 * 80 * 3];
    for (const DetectionObject& object : batches[0].objects[n]) {
      CHECK(object.box.x >= 0);
      CHECK(object.box.y >= 0);
      CHECK(object.box.x + object.box.width <= 80);
      CHECK(object.box.y + object.box.height <= 80);
      const std::vector<uint8_t> on = decode_rle(*object.mask);
      // A tile has one colour, give or take the noise, wherever it went; pixels two from its edge are mixed with nothing else.
      real low = 1e9, high = -1e9;
      for (int64_t p = 2 * 80 + 2; p < 78 * 80 - 2; ++p) {
        bool deep = true;
        for (int64_t dy = -2; dy <= 2; ++dy) {
          for (int64_t dx = -2; dx <= 2; ++dx) deep &= on[static_cast<size_t>(p + 80 * dy + dx)] != 0;
        }
        if (!deep) continue;
        low = std::min(low, image[3 * p]), high = std::max(high, image[3 * p]);
        ++compared;
      }
      if (high >= low) CHECK(high - low <= 2 * 0.045 / 0.25);
    }
  }
  CHECK(compared > 1000);
}

TEST_CASE("detection loader: what is refused, and what images throw", "[data][detection]") {
  const SceneSet set = ten_scenes();
  const auto error = [&](const DetectionLoaderOptions& options, const Normalisation& normalisation = kHalf) {
    return error_text<Error>([&] { DetectionLoader(set, normalisation, options); });
  };
  CHECK(error({.batch_size = 0, .canvas = {8, 8}}) == "loader: batch size 0, expected 1 or more");
  CHECK(error({.batch_size = 11, .canvas = {8, 8}, .drop_last = true}) ==
        "loader: no batch is left: batch size 11 with drop_last, but only 10 images of scenes train");
  CHECK(error({.canvas = {8, 0}}) == "image size 0: expected 1..4096");
  CHECK(error({.canvas = {8, 8}}, {}) ==
        "loader: scenes train has 3 channels, the normalisation 0 means and 0 standard deviations");
  DetectionLoader loader(set, kHalf, {.batch_size = 4, .canvas = {8, 8}});
  DetectionBatch batch;
  CHECK(error_text<Error>([&] { loader.next(batch); }) == "loader: next() before the first start_epoch()");
  CHECK(error_text<Error>([&] { loader.start_epoch(-1); }) == "loader: epoch -1, expected 0 or more");
  CHECK(error_text<Error>([&] { loader.start_epoch(0, 4); }) == "loader: first batch 4, expected 0..3");

  const BrokenSet broken;
  for (const bool ahead : {true, false}) {
    DetectionLoader broken_loader(broken, kHalf, {.batch_size = 2, .canvas = {8, 8}, .ahead = ahead});
    broken_loader.start_epoch(0);
    CHECK(broken_loader.next(batch));
    for (int again = 0; again < 2; ++again)
      CHECK(error_text<FileError>([&] { broken_loader.next(batch); }) == "c.png: cannot be opened");
  }
}
