// A folder whose images are decoded as they are needed gives the numbers that it gives from memory.
#include <cmath>
#include <filesystem>

#include "core/base/error.hpp"
#include "data/loader.hpp"
#include "data/sets/folder_listing.hpp"
#include "data/sets/image_folder.hpp"
#include "tests/catch.hpp"
#include "tests/data/images/image_writer.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// Waves of any size, another image for each number.
std::vector<uint8_t> wavy_image(int number, int height, int width) {
  std::vector<uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c)
        pixels.push_back(
            static_cast<uint8_t>(128 + 120 * std::sin(0.3 * (c + 1) * x + 0.2 * y * number + c)));
    }
  }
  return pixels;
}

void write_wavy(const TempDir& dir, const std::string& name, int number) {
  const int height = 9 + 7 * number % 23, width = 9 + 5 * number % 31;
  const bool jpeg = name.ends_with(".jpg");
  const std::vector<uint8_t> pixels = wavy_image(number, height, width);
  write_file(dir.file(name),
             jpeg ? encode_jpeg(pixels, height, width, 3) : encode_png(pixels, height, width, 3));
}

// 20 training images and 6 to test with, of two classes and many sizes.
void write_wavy_folder(const TempDir& dir) {
  for (int i = 0; i < 20; ++i) {
    write_wavy(dir,
               std::string("train/") + (i % 2 ? "cat/" : "dog/") + std::to_string(100 + i) +
                   (i % 3 ? ".png" : ".jpg"),
               i);
  }
  for (int i = 0; i < 6; ++i)
    write_wavy(dir, std::string("test/") + (i % 2 ? "cat/" : "dog/") + std::to_string(i) + ".png", 50 + i);
}

std::vector<Batch> two_epochs(const ImageSet& set, const Normalisation& normalisation,
                              const LoaderOptions& options) {
  Loader loader(set, normalisation, options);
  std::vector<Batch> batches;
  for (int64_t epoch = 0; epoch < 2; ++epoch) {
    loader.start_epoch(epoch);
    for (Batch batch; loader.next(batch);) batches.push_back(batch);
  }
  return batches;
}

void check_same(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a[i].indices == b[i].indices);
    CHECK(a[i].labels == b[i].labels);
    CHECK(a[i].images == b[i].images);
  }
}

// What is checked of a set in memory and of the same one streamed.
void check_same_data(const Dataset& kept, const Dataset& streamed, const std::string& augment) {
  CHECK(kept.normalisation.mean == streamed.normalisation.mean);
  CHECK(kept.normalisation.std == streamed.normalisation.std);
  CHECK(kept.train.fingerprint() == streamed.train.fingerprint());
  CHECK(kept.test.fingerprint() == streamed.test.fingerprint());
  LoaderOptions options = {
      .batch_size = 6, .shuffle = true, .augment = parse_augment(augment), .seed = 5, .threads = 1};
  const std::vector<Batch> expected = two_epochs(kept.train, kept.normalisation, options);
  for (const int threads : {1, 4}) {
    CAPTURE(threads);
    options.threads = threads;
    check_same(two_epochs(streamed.train, streamed.normalisation, options), expected);
  }
  const LoaderOptions evaluation = {.batch_size = 4, .leave_out_unreadable = true};
  check_same(two_epochs(streamed.test, streamed.normalisation, evaluation),
             two_epochs(kept.test, kept.normalisation, evaluation));
  for (int64_t i = 0; i < kept.test.size(); ++i)
    CHECK(pixels_of(kept.test, i) == pixels_of(streamed.test, i));
}

}  // namespace

TEST_CASE("a streamed folder gives the batches that it gives from memory", "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  const std::string augment =
      GENERATE("none", "crop:2+flip+cutout:3", "resized-crop+flip", "resized-crop:0.3+flip+jitter+lighting");
  const int64_t resize = GENERATE(0, 14);
  CAPTURE(augment, resize);
  ImageFolderOptions options = {
      .image_size = 12, .resize = resize, .whole_train = augment.starts_with("resized")};
  const Dataset kept = load_image_folder(dir.str(), options);
  options.memory = 0;
  const Dataset streamed = load_image_folder(dir.str(), options);
  CHECK((kept.train.source == nullptr) == !options.whole_train);
  CHECK(streamed.train.pixels.empty());
  REQUIRE(streamed.train.source);
  CHECK_FALSE(streamed.train.source->in_memory());
  check_same_data(kept, streamed, augment);
}

TEST_CASE("with bad images passed over, a streamed folder gives the batches that it gives from memory",
          "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  for (const char* name : {"train/cat/103.jpg", "train/cat/105.png", "train/dog/118.jpg", "test/cat/3.png"}) {
    std::vector<uint8_t> bytes = encode_png(wavy_image(1, 12, 12), 12, 12, 3);
    bytes.resize(bytes.size() / 2);
    write_file(dir.file(name), bytes);
  }
  const std::string augment = GENERATE("flip", "resized-crop");
  ImageFolderOptions options = {.image_size = 12, .skip_bad = true, .whole_train = augment != "flip"};
  const Dataset kept = load_image_folder(dir.str(), options);
  CHECK(kept.notes.size() == 4);
  options.memory = 0;
  const Dataset streamed = load_image_folder(dir.str(), options);
  check_same_data(kept, streamed, augment);
  REQUIRE(streamed.notes.size() ==
          3);  // those that the normalisation met; the test images were not looked at
  CHECK_THAT(streamed.notes[0],
             contains("skipped: " + dir.file("train/cat/103.jpg")) && contains("truncated or damaged PNG"));
  CHECK(streamed.train.unreadable->say_new().empty());
  CHECK(streamed.test.unreadable->say_new().size() == 1);
  CHECK(kept.train.size() == 20);

  options.skip_bad = false;
  options.normalisation = kImageNetNormalisation;  // so that loading reads none of them
  const Dataset strict = load_image_folder(dir.str(), options);
  CHECK_THAT(error_text<FileError>(
                 [&] { two_epochs(strict.train, strict.normalisation, {.batch_size = 20, .threads = 3}); }),
             contains(dir.file("train/cat/103.jpg")) && contains("truncated or damaged PNG"));
}

TEST_CASE("a file that vanishes in the middle of an epoch is named, or passed over", "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  const bool skip_bad = GENERATE(false, true);
  const Dataset data = load_image_folder(dir.str(), {.image_size = 12, .skip_bad = skip_bad, .memory = 0});
  Loader loader(data.train, data.normalisation, {.batch_size = 5, .prefetch = 0, .threads = 2});
  loader.start_epoch(0);
  Batch batch;
  REQUIRE(loader.next(batch));
  std::filesystem::remove(dir.file("train/cat/115.jpg"));  // image 7
  if (skip_bad) {
    REQUIRE(loader.next(batch));
    CHECK(batch.indices == std::vector<int64_t>{5, 6, 8, 8, 9});
    const std::vector<std::string> skipped = data.train.unreadable->say_new();
    REQUIRE(skipped.size() == 1);
    CHECK_THAT(skipped[0], contains("train/cat/115.jpg: cannot be opened: No such file"));
  } else {
    CHECK_THAT(error_text<FileError>([&] { loader.next(batch); }),
               contains("train/cat/115.jpg: cannot be opened: No such file"));
  }
}

TEST_CASE("the normalisation is that of the images as they are tested, whatever is cropped out in training",
          "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  const Dataset fixed = load_image_folder(dir.str(), {.image_size = 12, .resize = 14});
  const Dataset whole = load_image_folder(dir.str(), {.image_size = 12, .resize = 14, .whole_train = true});
  CHECK(fixed.normalisation.mean == whole.normalisation.mean);
  CHECK(fixed.normalisation.std == whole.normalisation.std);
}

TEST_CASE("the smaller split has the first claim to the memory", "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  const int64_t image = 12 * 12 * 3;
  const auto load = [&](int64_t memory) {
    return load_image_folder(dir.str(), {.image_size = 12, .memory = memory});
  };
  const auto streamed = [](const ImageSet& set) { return set.source != nullptr; };
  CHECK(streamed(load(6 * image - 1).test));
  const Dataset test_only = load(26 * image - 1);
  CHECK_FALSE(streamed(test_only.test));
  CHECK(streamed(test_only.train));
  CHECK_FALSE(streamed(load(26 * image).train));
  CHECK(streamed(load_image_folder(dir.str(), {.image_size = 12, .test_only = true}).train));
  CHECK_FALSE(streamed(load_image_folder(dir.str(), {.image_size = 12, .test_only = true}).test));
}

TEST_CASE("the fingerprint of a folder is that of its bytes and of how they are read", "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  const auto fingerprint = [&](const ImageFolderOptions& options) {
    return load_image_folder(dir.str(), options).train.fingerprint();
  };
  const std::string before = fingerprint({.image_size = 12});
  CHECK(fingerprint({.image_size = 12, .resize = 16}) != before);
  CHECK(fingerprint({.image_size = 12, .normalisation = kImageNetNormalisation}) != before);
  std::filesystem::rename(dir.file("train/cat/101.png"), dir.file("train/cat/0.png"));
  CHECK(fingerprint({.image_size = 12}) == before);  // in the same place, with the same label
  std::string bytes = read_file(dir.file("train/cat/103.jpg"));
  write_file(dir.file("train/cat/103.jpg"), bytes + "x");
  CHECK(fingerprint({.image_size = 12}) != before);
}

TEST_CASE("of a large folder the fingerprint is that of names and sizes", "[data]") {
  const TempDir dir;
  write_file(dir.file("cat/1.png"), "12345");
  write_file(dir.file("cat/2.png"), "123");
  const auto fingerprint = [&](uint64_t most) {
    SkippedFiles skipped;
    return fingerprint_of(list_split(dir.str(), {"cat"}, skipped), "how", most);
  };
  const std::string bytes = fingerprint(8), names = fingerprint(7);
  CHECK(bytes != names);
  write_file(dir.file("cat/2.png"), "321");
  CHECK(fingerprint(8) != bytes);
  CHECK(fingerprint(7) == names);
  write_file(dir.file("cat/2.png"), "1234");
  CHECK(fingerprint(7) != names);
  std::filesystem::remove(dir.file("cat/2.png"));
  std::filesystem::create_symlink("nowhere", dir.file("cat/2.png"));
  CHECK(fingerprint(8) != bytes);  // nothing is thrown: whoever needs its pixels says that it cannot be read
}

TEST_CASE("resize is at least the size wanted", "[data]") {
  const TempDir dir;
  write_wavy_folder(dir);
  CHECK_THAT(error_text<Error>([&] { load_image_folder(dir.str(), {.image_size = 12, .resize = 11}); }),
             contains("resize 11: expected the image size, 12, to 4096"));
}
