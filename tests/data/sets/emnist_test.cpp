#include "data/sets/emnist.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/sets/dataset.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

using Bytes = std::vector<uint8_t>;

// Two images of 2x3, stored as columns, in both splits.
static void write_emnist(const TempDir& dir, const std::string& folder, const std::string& split,
                         const Bytes& labels) {
  Bytes images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2};
  Bytes header = {0, 0, 8, 1, 0, 0, 0, 2};
  for (uint8_t n = 0; n < 2; ++n) {
    for (const int pixel : {11, 21, 12, 22, 13, 23}) images.push_back(static_cast<uint8_t>(100 * n + pixel));
  }
  header.insert(header.end(), labels.begin(), labels.end());
  for (const std::string part : {"train", "test"}) {
    const std::string stem = folder + "emnist-" + split + "-" + part;
    write_file(dir.file(stem + "-images-idx3-ubyte"), images);
    write_file(dir.file(stem + "-labels-idx1-ubyte"), header);
  }
}

TEST_CASE("EMNIST: images are upright, letters are counted from 1", "[data]") {
  const TempDir dir;
  const std::string folder = GENERATE("", "gzip/", "EMNIST/raw/");
  CAPTURE(folder);
  write_emnist(dir, folder, "letters", {1, 26});
  const Dataset data = load_dataset("emnist:" + dir.str() + ",split=letters");
  CHECK(data.name == "emnist letters");
  CHECK(data.train.height == 2);
  CHECK(data.train.width == 3);
  CHECK(data.train.pixels == Bytes{11, 12, 13, 21, 22, 23, 111, 112, 113, 121, 122, 123});
  CHECK(data.test.pixels == data.train.pixels);
  CHECK(data.test.labels == std::vector<int32_t>{0, 25});
  CHECK(data.test.classes.front() == "a");
  CHECK(data.test.classes.back() == "z");
  CHECK(data.normalisation.mean.size() == 1);

  write_emnist(dir, folder, "letters", {1, 0});
  CHECK_THAT(error_text<FileError>([&] { load_emnist(dir.str(), "letters"); }),
             contains("emnist-letters-train-labels-idx1-ubyte: label 1 is 0, allowed are 1..26"));
}

TEST_CASE("EMNIST: every split has its classes, and balanced is the default", "[data]") {
  const TempDir dir;
  const auto [split, classes] = GENERATE(table<std::string, size_t>(
      {{"balanced", 47}, {"byclass", 62}, {"bymerge", 47}, {"digits", 10}, {"letters", 26}, {"mnist", 10}}));
  CAPTURE(split);
  write_emnist(dir, "", split, {1, 9});
  const Dataset data = load_emnist(dir.str(), split);
  CHECK(data.train.classes.size() == classes);
  if (classes > 26) CHECK(data.train.classes.at(36) == "a");
  if (classes == 47) CHECK(data.train.classes.back() == "t");
  if (split == "balanced") CHECK(load_dataset("emnist:" + dir.str()).name == "emnist balanced");
}

TEST_CASE("EMNIST: what is missing or unknown is named", "[data]") {
  const TempDir dir;
  CHECK_THAT(error_text<FileError>([&] { load_emnist(dir.str(), "digits"); }),
             contains(dir.str() + ": no emnist-digits-train-images-idx3-ubyte here") &&
                 contains("emnist:DIR,split=letters"));
  CHECK_THAT(error_text<Error>([&] { load_dataset("emnist:" + dir.str() + ",split=letter"); }),
             contains("emnist: split = \"letter\" (did you mean \"letters\"?)"));
}
