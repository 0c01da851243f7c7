#include "data/sets/cifar.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static constexpr int64_t kPlane = 32 * 32;

// Distinct enough that a swap of channels, rows or columns shows.
static uint8_t pixel_value(int64_t image, int64_t c, int64_t y, int64_t x) {
  return static_cast<uint8_t>(100 * c + 3 * y + x + 11 * image);
}

// A file of `labels.size()` records; CIFAR-100 records begin with a coarse label 19 that must be skipped.
static std::vector<uint8_t> cifar_bytes(const CifarLayout& layout, const std::vector<uint8_t>& labels) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (layout.label_bytes == 2) bytes.push_back(19);
    bytes.push_back(labels[i]);
    for (int64_t c = 0; c < 3; ++c) {
      for (int64_t p = 0; p < kPlane; ++p)
        bytes.push_back(pixel_value(static_cast<int64_t>(i), c, p / 32, p % 32));
    }
  }
  return bytes;
}

static void check_pixels(const ImageSet& set) {
  int64_t wrong = 0;
  for (int64_t i = 0; i < set.size(); ++i) {
    for (int64_t p = 0; p < kPlane; ++p) {
      for (int64_t c = 0; c < 3; ++c) wrong += set.image(i)[3 * p + c] != pixel_value(i, c, p / 32, p % 32);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("read_cifar_file converts planes to (H,W,C)", "[data]") {
  const TempDir dir;
  const CifarLayout layout = GENERATE(kCifar10Layout, kCifar100Layout);
  CAPTURE(layout.classes);
  const auto last = static_cast<uint8_t>(layout.classes - 1);
  write_file(dir.file("batch.bin"), cifar_bytes(layout, {3, 0, last}));

  ImageSet set;
  read_cifar_file(dir.file("batch.bin"), layout, 3, set);
  CHECK(set.labels == std::vector<int32_t>{3, 0, last});
  CHECK(set.image_size() == 3 * kPlane);
  REQUIRE(set.pixels.size() == 3 * 3 * kPlane);
  check_pixels(set);

  read_cifar_file(dir.file("batch.bin"), layout, 3, set);
  CHECK(set.size() == 6);  // appended
}

TEST_CASE("read_cifar_file tells truncated, oversized and mislabelled files", "[data]") {
  const TempDir dir;
  const std::string path = dir.file("batch.bin");
  std::vector<uint8_t> bytes = cifar_bytes(kCifar10Layout, {1, 9});
  ImageSet set;
  const auto text = [&] {
    return error_text<FileError>([&] { read_cifar_file(path, kCifar10Layout, 2, set); });
  };

  SECTION("one byte short") {
    bytes.pop_back();
    write_file(path, bytes);
    CHECK_THAT(text(),
               contains(path) && contains("truncated: expected 6146 bytes (2 records of 3073), found 6145"));
  }
  SECTION("one record too many") {
    write_file(path, cifar_bytes(kCifar10Layout, {1, 2, 3}));
    CHECK_THAT(text(), contains("oversized: expected 6146 bytes") && contains("found 9219"));
  }
  SECTION("a label that no class has") {
    bytes[3073] = 10;
    write_file(path, bytes);
    CHECK_THAT(text(), contains(path) && contains("record 1 has label 10") && contains("allowed are 0..9"));
  }
  SECTION("the fine label decides in CIFAR-100") {
    write_file(path, cifar_bytes(kCifar100Layout, {99, 100}));
    CHECK_THAT(error_text<FileError>([&] { read_cifar_file(path, kCifar100Layout, 2, set); }),
               contains("record 1 has label 100") && contains("0..99"));
  }
}

TEST_CASE("load_cifar says what is missing, where it looked, and how to get it", "[data]") {
  const TempDir dir;
  CHECK_THAT(error_text<FileError>([&] { load_cifar10(dir.str()); }),
             contains(dir.str()) && contains("data_batch_1.bin") && contains("cifar-10-batches-bin/") &&
                 contains("make cifar10"));
  CHECK_THAT(error_text<FileError>([&] { load_cifar100(dir.str()); }),
             contains("CIFAR-100 not found") && contains("train.bin") && contains("cifar-100-binary/") &&
                 contains("https://"));

  write_file(dir.file("test_batch.bin"), "present");
  CHECK_THAT(error_text<FileError>([&] { load_cifar10(dir.str()); }),
             contains(dir.file("data_batch_1.bin")) && contains("no such file"));
}

TEST_CASE("load_cifar checks sizes and class names of the real files", "[data]") {
  const TempDir dir;
  write_file(dir.file("cifar-10-batches-bin/data_batch_1.bin"), cifar_bytes(kCifar10Layout, {1}));
  CHECK_THAT(error_text<FileError>([&] { load_cifar10(dir.str()); }),
             contains("cifar-10-batches-bin/data_batch_1.bin: truncated: expected 30730000 bytes") &&
                 contains("found 3073"));
  write_file(dir.file("cifar-10-batches-bin/batches.meta.txt"), "airplane\nautomobile\n");
  CHECK_THAT(error_text<FileError>([&] { load_cifar10(dir.str()); }),
             contains("batches.meta.txt") && contains("expected 10 class names, found 2"));
  write_file(dir.file("train.bin"), cifar_bytes(kCifar100Layout, {1}));
  CHECK_THAT(error_text<FileError>([&] { load_cifar100(dir.str()); }),
             contains("train.bin: truncated: expected 153700000 bytes (50000 records of 3074)"));
}

// Files of full size, all zeros but for the labels, which say in which file the record is.
static void write_whole_cifar10(const TempDir& dir, const std::string& folder) {
  for (uint8_t file = 1; file <= 6; ++file) {
    std::vector<uint8_t> bytes(10000 * 3073);
    for (size_t i = 0; i < 10000; ++i) bytes[i * 3073] = file;
    const std::string name = file == 6 ? "test_batch" : "data_batch_" + std::to_string(file);
    write_file(dir.file(folder + name + ".bin"), bytes);
  }
}

TEST_CASE("load_cifar10 reads all six files in order, from the folder or its parent", "[data][slow]") {
  const TempDir dir;
  const std::string folder = GENERATE("", "cifar-10-batches-bin/");
  CAPTURE(folder);
  write_whole_cifar10(dir, folder);
  const Dataset dataset = load_cifar10(dir.str());
  CHECK(dataset.name == "cifar10");
  CHECK(dataset.train.name == "cifar10 train");
  REQUIRE(dataset.train.size() == 50000);
  REQUIRE(dataset.test.size() == 10000);
  for (int32_t file = 1; file <= 5; ++file) CHECK(dataset.train.labels[(file - 1) * 10000] == file);
  CHECK(dataset.test.labels[9999] == 6);
  CHECK(dataset.train.classes == std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  CHECK(dataset.normalisation.mean == std::vector<double>{0.4914, 0.4822, 0.4465});
}
