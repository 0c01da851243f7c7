#include "data/coco/coco_folder.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// A black grey-scale image, as PGM.
std::string black(int width, int height) {
  return "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n" +
         std::string(static_cast<size_t>(width * height), '\0');
}

std::string with_image(const std::string& file) {
  return R"({"images": [{"id": 4, "file_name": ")" + file +
         R"(", "width": 3, "height": 2}], "annotations": [], "categories": []})";
}

std::string folder_error(const TempDir& dir, const std::string& split) {
  return error_text<FileError>([&] { read_coco_folder(dir.str(), split); });
}

}  // namespace

TEST_CASE("coco folder: splits by their files, images in the usual folders", "[data][coco]") {
  const TempDir dir;
  for (const char* name :
       {"captions_train2017", "instances_train2017", "instances_val2017", "person_keypoints_val2017"}) {
    write_file(dir.file(std::string("annotations/") + name + ".json"), with_image("a.pgm"));
  }
  write_file(dir.file("annotations/small.json"), with_image("small/a.pgm"));
  write_file(dir.file("annotations/notes.txt"), "x");
  CHECK(coco_splits(dir.str()) == std::vector<std::string>{"small", "train2017", "val2017"});

  write_file(dir.file("train2017/a.pgm"), black(3, 2));
  write_file(dir.file("images/val2017/a.pgm"), black(2, 3));
  write_file(dir.file("images/small/a.pgm"), "no image");
  const CocoFolder train = read_coco_folder(dir.str(), "train");
  CHECK(train.images == dir.str() + "/train2017");
  const Image image = read_coco_image(train, train.set.images[0]);
  CHECK(image.width == 3);
  CHECK(image.height == 2);
  const CocoFolder val = read_coco_folder(dir.str(), "val2017");
  CHECK(val.images == dir.str() + "/images/val2017");
  CHECK_THAT(error_text<FileError>([&] { read_coco_image(val, val.set.images[0]); }),
             contains("val2017/a.pgm: has 3x2 pixels (height x width), expected 2x3, as ") &&
                 contains("instances_val2017.json says of image 4"));
  const CocoFolder small = read_coco_folder(dir.str(), "small");
  CHECK(small.images == dir.str() + "/images");
  CHECK_THAT(error_text<FileError>([&] { read_coco_image(small, small.set.images[0]); }),
             contains("small/a.pgm: "));
}

TEST_CASE("coco folder: what is refused", "[data][coco]") {
  const TempDir dir;
  CHECK_THAT(error_text<FileError>([] { coco_splits("nowhere"); }), contains("nowhere: is no folder"));
  CHECK_THAT(folder_error(dir, "train"), contains(dir.str() + ": holds no folder annotations/"));
  std::filesystem::create_directory(dir.file("annotations"));
  CHECK_THAT(folder_error(dir, "train"),
             contains("annotations: holds no annotations, expected files *.json"));
  write_file(dir.file("annotations/train_a.json"), with_image("a.pgm"));
  write_file(dir.file("annotations/train_b.json"),
             R"({"images": [{"id": 4, "file_name": "a.pgm", "width": 3, "height": 2},
    {"id": 5, "file_name": "b.pgm", "width": 3, "height": 2}], "annotations": [], "categories": []})");
  CHECK_THAT(folder_error(dir, "val"),
             contains("annotations: has no split \"val\", expected one of train_a, train_b"));
  CHECK_THAT(folder_error(dir, "train"),
             contains("has more than one split \"train\", expected one of train_a, train_b"));
  CHECK_THAT(folder_error(dir, "train_a"),
             contains("train_a.json: images[0] (id 4): file_name: a.pgm does not exist in any of ") &&
                 contains("/train_a, ") && contains("/images/train_a, "));
  write_file(dir.file("a.pgm"), black(3, 2));
  CHECK_THAT(folder_error(dir, "train_b"),
             contains("train_b.json: images[1] (id 5): file_name: ") && contains("/b.pgm does not exist"));
}
