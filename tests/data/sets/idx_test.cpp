#include "data/sets/idx.hpp"

#include <stdlib.h>
#include <zlib.h>

#include <optional>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static std::vector<uint8_t> idx_bytes(const std::vector<uint32_t>& extents,
                                      const std::vector<uint8_t>& values) {
  std::vector<uint8_t> bytes = {0, 0, 8, static_cast<uint8_t>(extents.size())};
  for (const uint32_t extent : extents) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(extent >> shift));
  }
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

static void write_gzip(const std::string& path, const std::vector<uint8_t>& bytes) {
  const gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size()));
  REQUIRE(gzclose(file) == Z_OK);
}

static std::vector<uint8_t> counting(size_t count) {
  std::vector<uint8_t> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<uint8_t>(i);
  return values;
}

TEST_CASE("read_idx reads plain and gzipped arrays", "[data]") {
  const TempDir dir;
  const std::vector<uint8_t> bytes = idx_bytes({2, 3, 4}, counting(24));
  write_file(dir.file("plain"), bytes);
  write_gzip(dir.file("zipped.gz"), bytes);
  const std::string name = GENERATE("plain", "zipped.gz");
  CAPTURE(name);
  const IdxArray array = read_idx(dir.file(name), 3);
  CHECK(array.extents == std::vector<int64_t>{2, 3, 4});
  CHECK(array.values == counting(24));
}

TEST_CASE("read_idx reads an extent of more than one byte, and an array of more than one block", "[data]") {
  const TempDir dir;
  write_gzip(dir.file("large.gz"), idx_bytes({3, 1024, 1024}, counting(3 << 20)));
  const IdxArray array = read_idx(dir.file("large.gz"), 3);
  CHECK(array.extents == std::vector<int64_t>{3, 1024, 1024});
  CHECK(array.values == counting(3 << 20));
}

TEST_CASE("read_idx tells what is wrong with a file", "[data]") {
  const TempDir dir;
  const std::string path = dir.file("images");
  std::vector<uint8_t> bytes = idx_bytes({2, 3, 4}, counting(24));
  const auto text = [&] { return error_text<FileError>([&] { read_idx(path, 3); }); };

  SECTION("no such file") { CHECK_THAT(text(), contains(path) && contains("No such file")); }
  SECTION("another type of values") {
    bytes[2] = 0x0D;
    write_file(path, bytes);
    CHECK_THAT(text(), contains(path) && contains("wrong magic: expected 00 00 08 03") &&
                           contains("found 00 00 0d 03"));
  }
  SECTION("another rank") {
    write_file(path, idx_bytes({5}, counting(5)));
    CHECK_THAT(text(), contains("rank 3") && contains("found 00 00 08 01"));
  }
  SECTION("empty") {
    write_file(path, "");
    CHECK_THAT(text(), contains("wrong magic"));
  }
  SECTION("ends in the header") {
    bytes.resize(11);
    write_file(path, bytes);
    CHECK_THAT(text(), contains("truncated: expected a header of 16 bytes, found 11"));
  }
  SECTION("ends in the values") {
    bytes.pop_back();
    write_file(path, bytes);
    CHECK_THAT(text(), contains("truncated: expected 24 values (2x3x4) after the header, found 23"));
  }
  SECTION("does not end") {
    bytes.push_back(0);
    write_file(path, bytes);
    CHECK_THAT(text(), contains("oversized: expected 24 values") && contains("found 25"));
  }
  SECTION("extents whose product is 0 in 64 bits, like the number of values") {
    write_file(path, idx_bytes({0x80000000, 0x80000000, 4}, {}));
    CHECK_THAT(text(), contains("truncated") && contains("2147483648x2147483648x4") && contains("found 0"));
  }
}

TEST_CASE("read_idx notices a damaged gzip file", "[data]") {
  const TempDir dir;
  const std::string path = dir.file("images.gz");
  std::vector<uint8_t> values(4000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint8_t>(i * i * 31 >> 3);
  write_gzip(path, idx_bytes({10, 20, 20}, values));
  std::vector<uint8_t> zipped(std::filesystem::file_size(path));
  std::ifstream(path, std::ios::binary).read(reinterpret_cast<char*>(zipped.data()), zipped.size());
  const auto text = [&] {
    write_file(path, zipped);
    return error_text<FileError>([&] { read_idx(path, 3); });
  };

  SECTION("cut in the middle") {
    zipped.resize(zipped.size() / 2);
    CHECK_THAT(text(), contains(path) && contains("truncated gzip file"));
  }
  SECTION("cut in the checksum") {
    zipped.pop_back();
    CHECK_THAT(text(), contains("truncated gzip file"));
  }
  SECTION("a bit of the checksum flipped") {
    zipped[zipped.size() - 6] ^= 1;
    CHECK_THAT(text(), contains("corrupt gzip file") && contains("incorrect data check"));
  }
  SECTION("any bit of the data flipped") {
    const size_t at = GENERATE(range<size_t>(20, 1000, 49));
    CAPTURE(at);
    REQUIRE(at < zipped.size());
    zipped[at] ^= 0x10;
    CHECK_THAT(text(),
               contains(path) && (contains("corrupt gzip file (zlib: ") || contains("truncated gzip file")));
  }
}

TEST_CASE("read_idx_split joins images and labels, and checks that they belong together", "[data]") {
  const TempDir dir;
  const std::string images = dir.file("images"), labels = dir.file("labels");
  const auto load = [&] { return read_idx_split(images, labels, {"a", "b", "c"}); };
  write_file(images, idx_bytes({3, 2, 5}, counting(30)));

  write_file(labels, idx_bytes({3}, {2, 0, 1}));
  const ImageSet set = load();
  CHECK(set.size() == 3);
  CHECK(set.channels == 1);
  CHECK(set.height == 2);
  CHECK(set.width == 5);
  CHECK(set.labels == std::vector<int32_t>{2, 0, 1});
  CHECK(set.pixels == counting(30));

  write_file(labels, idx_bytes({4}, {2, 0, 1, 1}));
  CHECK_THAT(error_text<FileError>(load), contains(labels) && contains("holds 4 labels") &&
                                              contains(images) && contains("holds 3 images"));
  write_file(labels, idx_bytes({3}, {2, 0, 3}));
  CHECK_THAT(error_text<FileError>(load), contains(labels) && contains("label 2 is 3") && contains("0..2"));
}

// Four files with `count` and 2 images of 2x2.
static void write_small_mnist(const TempDir& dir, const std::string& separator, uint32_t count) {
  write_file(dir.file("train-images" + separator + "idx3-ubyte"),
             idx_bytes({count, 2, 2}, counting(4 * count)));
  write_file(dir.file("train-labels" + separator + "idx1-ubyte"), idx_bytes({count}, counting(count)));
  write_gzip(dir.file("t10k-images" + separator + "idx3-ubyte.gz"), idx_bytes({2, 2, 2}, counting(8)));
  write_gzip(dir.file("t10k-labels" + separator + "idx1-ubyte.gz"), idx_bytes({2}, {7, 9}));
}

TEST_CASE("load_mnist finds both spellings, plain and gzipped", "[data]") {
  const TempDir dir;
  const std::string separator = GENERATE("-", ".");
  CAPTURE(separator);
  write_small_mnist(dir, separator, 5);
  const Dataset dataset = load_mnist(dir.str());
  CHECK(dataset.name == "mnist");
  CHECK(dataset.train.size() == 5);
  CHECK(dataset.test.labels == std::vector<int32_t>{7, 9});
  CHECK(dataset.test.classes.at(9) == "9");
  CHECK(dataset.normalisation.std == std::vector<double>{0.3081});
}

TEST_CASE("the folders of torchvision are found", "[data]") {
  const TempDir dir;
  const TempDir raw;
  write_small_mnist(raw, "-", 5);
  std::filesystem::create_directories(dir.file("MNIST"));
  std::filesystem::create_directories(dir.file("FashionMNIST"));
  std::filesystem::copy(raw.str(), dir.file("MNIST/raw"));
  CHECK(load_mnist(dir.str()).test.labels == std::vector<int32_t>{7, 9});
  CHECK_THROWS_AS(load_fashion_mnist(dir.str()), FileError);
  std::filesystem::rename(dir.file("MNIST/raw"), dir.file("FashionMNIST/raw"));
  CHECK(load_fashion_mnist(dir.str()).test.classes.at(9) == "Ankle boot");
  CHECK_THROWS_AS(load_mnist(dir.str()), FileError);
}

TEST_CASE("load_mnist names the first file that is missing", "[data]") {
  const TempDir dir;
  CHECK_THAT(error_text<FileError>([&] { load_mnist(dir.str()); }),
             contains(dir.str()) && contains("no train-images-idx3-ubyte here, nor with .gz"));
  write_small_mnist(dir, "-", 5);
  std::filesystem::remove(dir.file("t10k-labels-idx1-ubyte.gz"));
  CHECK_THAT(error_text<FileError>([&] { load_mnist(dir.str()); }),
             contains("no t10k-labels-idx1-ubyte here"));
}

TEST_CASE("load_mnist refuses splits of different image sizes", "[data]") {
  const TempDir dir;
  write_small_mnist(dir, "-", 5);
  write_file(dir.file("train-images-idx3-ubyte"), idx_bytes({5, 4, 3}, counting(60)));
  CHECK_THAT(error_text<FileError>([&] { load_mnist(dir.str()); }),
             contains("train images are 4x3, test images 2x2"));
}

// Sets a variable of the environment until the end of the scope.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST_CASE("fashion-mnist without a folder is looked for in FASHION_MNIST_DIR", "[data]") {
  const TempDir dir;
  const ScopedVariable variable("FASHION_MNIST_DIR", dir.str());
  CHECK(fashion_mnist_folder() == dir.str());
  CHECK_FALSE(fashion_mnist_installed());
  CHECK_THAT(error_text<FileError>([] { load_fashion_mnist(); }),
             contains(dir.str()) && contains("dataset-fashion-mnist") && contains("FASHION_MNIST_DIR"));
  write_small_mnist(dir, "-", 5);
  CHECK(fashion_mnist_installed());
  CHECK(load_fashion_mnist().test.classes.at(9) == "Ankle boot");
}

TEST_CASE("the installed Fashion-MNIST is whole, and its constants are those of its pixels", "[data]") {
  if (!fashion_mnist_installed()) {
    WARN("Fashion-MNIST is not installed (Debian: dataset-fashion-mnist): nothing was checked");
    return;
  }
  const Dataset dataset = load_fashion_mnist();
  CHECK(dataset.train.size() == 60000);
  CHECK(dataset.test.size() == 10000);
  CHECK(dataset.train.height == 28);
  CHECK(dataset.train.width == 28);
  const Normalisation measured = compute_normalisation(dataset.train);
  CHECK(measured.mean[0] == Approx(dataset.normalisation.mean[0]).margin(5e-5));
  CHECK(measured.std[0] == Approx(dataset.normalisation.std[0]).margin(5e-5));
}
