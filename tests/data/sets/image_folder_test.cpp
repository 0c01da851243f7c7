#include "data/sets/image_folder.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "tests/catch.hpp"
#include "tests/data/images/image_writer.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static void write_png(const TempDir& dir, const std::string& name, const std::vector<uint8_t>& colour,
                      int size) {
  write_file(dir.file(name), encode_png(plain_image(size, size, colour), size, size, 3));
}

// Two classes; three training images and two of the test split, each of one colour.
static void write_small_folder(const TempDir& dir, const std::string& test_split) {
  write_png(dir, "train/dog/1.png", {10, 0, 0}, 8);
  write_png(dir, "train/cat/2.PNG", {30, 0, 0}, 8);
  write_png(dir, "train/cat/1.png", {20, 0, 0}, 8);
  write_png(dir, test_split + "/cat/1.png", {40, 0, 0}, 8);
  write_png(dir, test_split + "/dog/1.png", {50, 0, 0}, 8);
}

static std::string load_error(const TempDir& dir) {
  return error_text<FileError>([&] { load_image_folder(dir.str(), 8); });
}

TEST_CASE("load_image_folder sorts classes and files by name", "[data]") {
  const TempDir dir;
  const std::string test_split = GENERATE("test", "val");
  CAPTURE(test_split);
  write_small_folder(dir, test_split);
  const Dataset dataset = load_image_folder(dir.str(), 8);
  CHECK(dataset.train.classes == std::vector<std::string>{"cat", "dog"});
  CHECK(dataset.train.labels == std::vector<int32_t>{0, 0, 1});
  REQUIRE(dataset.train.pixels.size() == 3 * 8 * 8 * 3);
  CHECK(dataset.train.image(0)[0] == 20);
  CHECK(dataset.train.image(1)[0] == 30);
  CHECK(dataset.train.image(2)[0] == 10);
  CHECK(dataset.test.labels == std::vector<int32_t>{0, 1});
  CHECK(dataset.test.image(1)[0] == 50);
  CHECK(dataset.test.name == dir.str() + "/" + test_split);
  CHECK(dataset.normalisation.mean[0] == Approx(20 / 255.0));  // of the train split: (10 + 20 + 30) / 3
}

TEST_CASE("load_image_folder resizes to 32 unless told otherwise", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  const Dataset dataset = load_image_folder(dir.str());
  CHECK(dataset.train.height == 32);
  CHECK(dataset.train.width == 32);
  CHECK(dataset.train.image(2)[3 * 32 * 31] == 10);
}

TEST_CASE("load_image_folder prefers test/ to val/", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  write_png(dir, "val/cat/1.png", {99, 0, 0}, 8);
  CHECK(load_image_folder(dir.str(), 8).test.size() == 2);
}

TEST_CASE("a class may be absent from the test split", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  std::filesystem::remove_all(dir.file("test/cat"));
  CHECK(load_image_folder(dir.str(), 8).test.labels == std::vector<int32_t>{1});
}

TEST_CASE("hidden files are ignored, others that are no images are not", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  write_file(dir.file("train/cat/.DS_Store"), "x");
  write_file(dir.file("train/.hidden/1.txt"), "x");
  CHECK(load_image_folder(dir.str(), 8).train.size() == 3);

  SECTION("a text in a class") {
    write_file(dir.file("train/cat/notes.txt"), "x");
    CHECK_THAT(load_error(dir),
               contains(dir.file("train/cat/notes.txt")) && contains(".png, .jpg and .jpeg"));
  }
  SECTION("a folder in a class") {
    write_png(dir, "train/cat/more.png/1.png", {1, 2, 3}, 8);
    CHECK_THAT(load_error(dir), contains(dir.str() + "/train/cat/more.png: expected only"));
  }
  SECTION("a file beside the classes") {
    write_file(dir.file("train/labels.csv"), "x");
    CHECK_THAT(load_error(dir),
               contains(dir.file("train/labels.csv")) && contains("one folder for each class"));
  }
}

TEST_CASE("load_image_folder tells what is missing", "[data]") {
  const TempDir dir;
  CHECK_THAT(load_error(dir), contains(dir.str()) && contains("holds no folder train/"));
  write_png(dir, "train/cat/1.png", {1, 2, 3}, 8);
  CHECK_THAT(load_error(dir), contains("holds no folder test/ nor val/"));
  std::filesystem::create_directories(dir.file("test/"));
  CHECK_THAT(load_error(dir), contains(dir.str() + "/test: holds no class folders"));
  std::filesystem::create_directories(dir.file("test/cat/"));
  CHECK_THAT(load_error(dir), contains(dir.str() + "/test/cat: the class has no images"));
}

TEST_CASE("a class of the test split must be one of train", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  write_png(dir, "test/dogs/1.png", {1, 2, 3}, 8);
  CHECK_THAT(load_error(dir), contains(dir.str() + "/test/dogs") &&
                                  contains("no class of this name in train/") &&
                                  contains("did you mean \"dog\"?"));
}

TEST_CASE("load_image_folder refuses an impossible image size", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  CHECK_THAT(error_text<Error>([&] { load_image_folder(dir.str(), -3); }), contains("image size -3"));
}

// Sets the number of threads until the end of the scope.
class ScopedThreads {
 public:
  explicit ScopedThreads(int n) : before_(threads()) { set_threads(n); }
  ~ScopedThreads() { set_threads(before_); }

 private:
  int before_;
};

TEST_CASE("of several damaged files the first is named, with any number of threads", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  for (int i = 100; i < 200; ++i) write_png(dir, "train/dog/" + std::to_string(i) + ".png", {1, 2, 3}, 8);
  for (const char* name : {"train/dog/117.png", "train/dog/118.png", "train/dog/190.png"}) {
    write_file(dir.file(name), "not an image");
  }
  write_png(dir, "train/dog/116.png", {1, 2, 3}, 700);  // keeps the thread that has the first of them busy
  const ScopedThreads scope(GENERATE(1, 2, 5));
  CAPTURE(threads());
  for (int repeat = 0; repeat < 5; ++repeat) {
    CHECK_THAT(load_error(dir),
               contains(dir.file("train/dog/117.png")) && contains("no image that can be read"));
  }
}
