#include "data/sets/pickle.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/sets/cifar.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static std::string pickle_file(const std::string& name) { return "tests/data/files/" + name + ".pickle"; }

static std::string bytes_of(const std::string& name) {
  const std::vector<uint8_t> bytes = read_bytes(pickle_file(name));
  return {bytes.begin(), bytes.end()};
}

TEST_CASE("pickles of CIFAR, as Python 2 and 3 write them", "[data]") {
  for (const char* name : {"cifar_batch_python2", "cifar_batch_protocol2", "cifar_batch_protocol4"}) {
    CAPTURE(name);
    ImageSet set;
    read_cifar_pickle(pickle_file(name), "labels", kCifar10Layout, 4, set);
    CHECK(set.labels == std::vector<int32_t>{3, 0, 9, 1});
    REQUIRE(set.pixels.size() == 4 * 32 * 32 * 3);
    int64_t wrong = 0;
    for (int64_t i = 0; i < 4; ++i) {
      for (int64_t j = 0; j < set.image_size(); ++j) wrong += set.image(i)[j] != 10 * i + j % 3;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("pickles of CIFAR that are not what they should be", "[data]") {
  const auto error = [](const std::string& name, const std::string& key, int64_t records) {
    ImageSet set;
    return error_text<FileError>(
        [&] { read_cifar_pickle(pickle_file(name), key, kCifar10Layout, records, set); });
  };
  const std::string batch = "cifar_batch_protocol2";
  CHECK_THAT(error(batch, "labels", 5), contains(pickle_file(batch)) && contains("expected bytes (5,3072)"));
  CHECK_THAT(error(batch, "coarse", 4), contains("expected a dictionary with \"data\" and \"coarse\""));
  CHECK_THAT(error(batch, "filenames", 4), contains("image 0 has label"));
  CHECK_THAT(error("harmful", "labels", 4), contains("system\" is called; nothing but arrays"));
  CHECK_THAT(error("floats", "labels", 4), contains("an array is not of bytes (uint8)"));
}

TEST_CASE("a pickle that is cut short, or damaged, is refused", "[data]") {
  const std::string whole = bytes_of("cifar_meta_protocol2");
  const Pickle pickle(whole);
  REQUIRE(pickle.value().find("label_names") != nullptr);
  CHECK(pickle.value().find("label_names")->items[9]->text == "class9");
  CHECK(pickle.value().find("num_vis")->integer == 3072);
  CHECK(pickle.value().find("nothing") == nullptr);
  for (size_t n = 0; n < whole.size(); ++n) {
    CAPTURE(n);
    CHECK_THROWS_AS(Pickle(std::string_view(whole).substr(0, n)), Error);
  }
  const auto error = [](std::string_view bytes) { return error_text<Error>([&] { Pickle{bytes}; }); };
  CHECK_THAT(error("."), contains("a value is missing"));
  CHECK_THAT(error("K\x01K\x02."), contains("left over"));
  CHECK_THAT(error("(K\x01."), contains("left over"));
  CHECK_THAT(error("h\x07."), contains("recalled that was not kept"));
  CHECK_THAT(error("e."), contains("a mark is missing"));
  CHECK_THAT(error("}(K\x01u."), contains("a key has no value"));
  CHECK_THAT(error("K\x01K\x02"
                   "a."),
             contains("not of the kind"));
  CHECK_THAT(error("i."), contains("the instruction 0x69 stands"));
  CHECK_THAT(error("K\x01K\x02R."), contains("is no function"));
}

TEST_CASE("load_cifar10 finds the Python version", "[data]") {
  const TempDir dir;
  std::filesystem::create_directories(dir.file("cifar-10-batches-py"));
  std::filesystem::copy_file(pickle_file("cifar_batch_python2"),
                             dir.file("cifar-10-batches-py/data_batch_1"));
  // It is the small file that is refused, by its number of images.
  CHECK_THAT(error_text<FileError>([&] { load_cifar10(dir.str()); }),
             contains("cifar-10-batches-py/data_batch_1: \"data\": expected bytes (10000,3072)"));
  std::filesystem::copy_file(pickle_file("cifar_meta_protocol4"),
                             dir.file("cifar-10-batches-py/batches.meta"));
  CHECK_THAT(error_text<FileError>([&] { load_cifar10(dir.str()); }),
             contains("expected bytes (10000,3072)"));
}
