#include "data/sets/image_folder.hpp"

#include <filesystem>
#include <set>

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

static std::string folder_error(const TempDir& dir) {
  return error_text<FileError>([&] { load_image_folder(dir.str(), {.image_size = 8}); });
}

TEST_CASE("load_image_folder sorts classes and files by name", "[data]") {
  const TempDir dir;
  const std::string test_split = GENERATE("test", "val", "valid");
  CAPTURE(test_split);
  write_small_folder(dir, test_split);
  const Dataset dataset = load_image_folder(dir.str(), {.image_size = 8});
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
  CHECK(load_image_folder(dir.str(), {.image_size = 8}).test.size() == 2);
}

TEST_CASE("a class without images is named, and an error when that is asked for", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  std::filesystem::remove_all(dir.file("test/cat"));
  std::filesystem::create_directories(dir.file("train/bird"));
  const Dataset data = load_image_folder(dir.str(), {.image_size = 8});
  CHECK(data.train.classes == std::vector<std::string>{"bird", "cat", "dog"});
  CHECK(data.test.labels == std::vector<int32_t>{2});
  CHECK(data.notes == std::vector<std::string>{dir.str() + "/train: classes without training images: bird",
                                               dir.str() + "/test: classes without test images: bird, cat"});
  CHECK_THAT(error_text<FileError>([&] { load_image_folder(dir.str(), {.image_size = 8, .strict = true}); }),
             contains(dir.str() + "/train: classes without training images: bird"));
}

TEST_CASE("what is no image is passed over and counted; images below a class's folder are its own",
          "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  for (const char* name :
       {"train/cat/.DS_Store", "train/cat/Thumbs.db", "train/desktop.ini", "train/readme.txt",
        "train/cat/notes.txt", "train/.hidden/1.png", "test/__MACOSX/cat/1.png"}) {
    write_file(dir.file(name), "x");
  }
  write_file(dir.file("train/dog/a.webp"), "x");
  write_file(dir.file("train/dog/b.WEBP"), "x");
  write_png(dir, "train/cat/sub/deeper/0.JPG", {60, 0, 0}, 8);  // a PNG all the same: the bytes decide
  const Dataset data = load_image_folder(dir.str(), {.image_size = 8});
  CHECK(data.train.classes == std::vector<std::string>{"cat", "dog"});
  CHECK(data.train.labels == std::vector<int32_t>{0, 0, 0, 1});
  CHECK(data.train.image(2)[0] == 60);
  CHECK(data.notes ==
        std::vector<std::string>{
            dir.str() +
                ": passed over 5 files that are no images: 2 .txt, 1 Thumbs.db, 1 desktop.ini, 1 hidden",
            dir.str() + ": passed over 2 images in a format that is not read here: 2 .webp"});
}

TEST_CASE("images that cannot be read stop the run, or are passed over and listed", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  write_file(dir.file("train/cat/1a.png"), "not an image");
  write_file(dir.file("train/dog/empty.jpg"), "");
  CHECK_THAT(folder_error(dir), contains(dir.file("train/cat/1a.png")));
  const Dataset data = load_image_folder(dir.str(), {.image_size = 8, .skip_bad = true});
  CHECK(data.train.labels == std::vector<int32_t>{0, 0, 0, 1, 1});
  CHECK(data.train.image(2)[0] == 30);
  CHECK(data.train.unreadable->contains(1));
  CHECK(data.train.unreadable->contains(4));
  CHECK(data.normalisation.mean[0] == Approx(20 / 255.0));  // of the others
  REQUIRE(data.notes.size() == 2);
  CHECK_THAT(data.notes[0], contains("skipped: ") && contains(dir.file("train/cat/1a.png")));
  CHECK_THAT(data.notes[1], contains("skipped: ") && contains(dir.file("train/dog/empty.jpg")));
  std::filesystem::remove(dir.file("test/cat/1.png"));
  std::filesystem::remove(dir.file("test/dog/1.png"));
  write_file(dir.file("test/dog/1.png"), "not an image");
  CHECK_THAT(
      error_text<FileError>([&] { load_image_folder(dir.str(), {.image_size = 8, .skip_bad = true}); }),
      contains(dir.str() + "/test: holds no image that can be read"));
}

TEST_CASE("a share of the images is set apart by their names alone", "[data]") {
  const TempDir dir;
  for (int i = 0; i < 100; ++i) {
    const auto shade = static_cast<uint8_t>(i);
    write_png(dir, (i % 2 ? "cat/" : "dog/") + std::to_string(i) + ".png", {shade, 0, 0}, 4);
  }
  const ImageFolderOptions fifth = {.image_size = 4, .test = 0.2};
  const Dataset data = load_image_folder(dir.str(), fifth);
  CHECK(data.train.size() + data.test.size() == 100);
  CHECK(data.test.size() > 10);
  CHECK(data.test.size() < 30);
  std::set<int> seen;
  for (const ImageSet* set : {&data.train, &data.test}) {
    for (int64_t i = 0; i < set->size(); ++i) seen.insert(set->image(i)[0]);
  }
  CHECK(seen.size() == 100);

  // The same under train/, and when other images come.
  std::filesystem::create_directories(dir.file("train"));
  for (const char* name : {"cat", "dog"}) std::filesystem::rename(dir.file(name), dir.file("train/") + name);
  write_png(dir, "train/cat/another.png", {200, 0, 0}, 4);
  const Dataset again = load_image_folder(dir.str(), fifth);
  const auto shades = [](const ImageSet& set) {
    std::set<int> all;
    for (int64_t i = 0; i < set.size(); ++i) all.insert(set.image(i)[0]);
    all.erase(200);
    return all;
  };
  CHECK(shades(again.test) == shades(data.test));

  write_png(dir, "test/cat/1.png", {1, 0, 0}, 4);
  CHECK_THAT(error_text<FileError>([&] { load_image_folder(dir.str(), fifth); }),
             contains(dir.str() + "/test: holds test images already"));
  CHECK_THAT(error_text<Error>([&] { load_image_folder(dir.str(), {.image_size = 4, .test = 1.5}); }),
             contains("test = 1.5") && contains("0 <= test < 1"));
}

TEST_CASE("all images of a folder without splits may be there to test with", "[data]") {
  const TempDir dir;
  write_png(dir, "dog/1.png", {10, 0, 0}, 8);
  write_png(dir, "cat/1.png", {30, 0, 0}, 8);
  CHECK_FALSE(holds_splits(dir.str()));
  const Dataset data = load_image_folder(dir.str(), {.image_size = 8, .test = 1});
  CHECK(data.test.labels == std::vector<int32_t>{0, 1});
  CHECK(data.test.image(0)[0] == 30);
  CHECK(data.train.size() == 0);
  CHECK(data.train.classes == data.test.classes);
  CHECK(data.notes.empty());
  CHECK(data.normalisation.mean[0] == Approx(20 / 255.0));
  const std::string split = GENERATE("train", "test", "val", "valid");
  std::filesystem::create_directories(dir.file(split));
  CHECK(holds_splits(dir.str()));
}

TEST_CASE("load_image_folder tells what is missing", "[data]") {
  const TempDir dir;
  CHECK_THAT(error_text<FileError>([&] { load_image_folder(dir.file("none")); }),
             contains(dir.file("none") + ": there is no such folder"));
  CHECK_THAT(folder_error(dir), contains(dir.str()) && contains("holds no folder train/"));
  write_png(dir, "train/cat/1.png", {1, 2, 3}, 8);
  CHECK_THAT(folder_error(dir),
             contains("holds no folder test/ nor val/") && contains("folder:DIR,test=0.2"));
  std::filesystem::create_directories(dir.file("test/"));
  CHECK_THAT(folder_error(dir), contains(dir.str() + "/test: holds no class folders"));
  std::filesystem::create_directories(dir.file("test/cat/"));
  CHECK_THAT(folder_error(dir), contains(dir.str() + "/test: holds no test images"));
}

TEST_CASE("a class of the test split must be one of train", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  write_png(dir, "test/dogs/1.png", {1, 2, 3}, 8);
  CHECK_THAT(folder_error(dir), contains(dir.str() + "/test/dogs") &&
                                    contains("no class of this name in train/") &&
                                    contains("did you mean \"dog\"?"));
}

TEST_CASE("load_image_folder refuses an impossible image size", "[data]") {
  const TempDir dir;
  write_small_folder(dir, "test");
  CHECK_THAT(error_text<Error>([&] { load_image_folder(dir.str(), {.image_size = -3}); }),
             contains("image size -3"));
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
    CHECK_THAT(folder_error(dir),
               contains(dir.file("train/dog/117.png")) && contains("no image that can be read"));
  }
}
