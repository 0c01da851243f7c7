#include "experiments/detection/write_coco_split.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/detection/coco_set.hpp"
#include "data/detection/scenes.hpp"
#include "tests/catch.hpp"
#include "tests/data/detection/tiles.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("write coco split: what is written is read again, pixel for pixel", "[data][coco][detection]") {
  const SceneSet set({.train = 40, .size = 48, .empty = 0.2}, SceneSet::Split::train, tiles(9, 7));
  const TempDir dir;
  std::vector<int64_t> progress;
  const CocoDataset written =
      write_coco_split(dir.str(), "train", set, [&](int64_t images) { progress.push_back(images); });
  CHECK(progress == std::vector<int64_t>{32, 40});
  CHECK(written.objects.size() == set.truth().objects.size());

  const CocoSet read(read_coco_folder(dir.str(), "train"));
  CHECK(read.classes() == set.classes());
  REQUIRE(read.size() == 40);
  for (int64_t i = 0; i < 40; ++i) {
    CAPTURE(i);
    const DetectionExample expected = set.at(i), found = read.at(i);
    CHECK(found.image.pixels == expected.image.pixels);
    REQUIRE(found.objects.size() == expected.objects.size());
    for (size_t k = 0; k < found.objects.size(); ++k) {
      CHECK(found.objects[k].box == expected.objects[k].box);
      CHECK(found.objects[k].label == expected.objects[k].label);
      CHECK(found.objects[k].area == expected.objects[k].area);
      CHECK(found.objects[k].crowd == expected.objects[k].crowd);
      CHECK(found.objects[k].mask == expected.objects[k].mask);
    }
  }
}

TEST_CASE("write coco split: the same files at any number of threads", "[data][coco][detection][threads]") {
  const SceneSet set({.train = 40, .size = 32}, SceneSet::Split::train, tiles(9, 7));
  const int before = threads();
  std::vector<std::string> files;
  for (const int count : {1, 3}) {
    set_threads(count);
    const TempDir dir;
    write_coco_split(dir.str(), "test", set, [](int64_t) {});
    files.push_back(read_file(dir.str() + "/annotations/instances_test.json") +
                    read_file(dir.str() + "/images/test/000000.png") +
                    read_file(dir.str() + "/images/test/000039.png"));
  }
  set_threads(before);
  CHECK(files[0].size() > 1000);
  CHECK(files[0] == files[1]);
}

TEST_CASE("write coco split: one that ends early has no annotations", "[data][coco][detection]") {
  const SceneSet set({.train = 40, .size = 32}, SceneSet::Split::train, tiles(9, 7));
  const TempDir dir;
  CHECK(error_text<Error>([&] {
          write_coco_split(dir.str(), "train", set, [](int64_t) { throw Error("enough"); });
        }) == "enough");
  CHECK(std::filesystem::exists(dir.str() + "/images/train/000000.png"));
  CHECK_FALSE(std::filesystem::exists(dir.str() + "/annotations/instances_train.json"));
  const TempDir blocked;
  std::filesystem::create_directories(blocked.file("images/train/000003.png/x"));
  CHECK_THAT(error_text<FileError>([&] { write_coco_split(blocked.str(), "train", set, [](int64_t) {}); }),
             contains("images/train/000003.png: cannot be written: "));
}
