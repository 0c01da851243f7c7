#include "data/sets/npy.hpp"

#include <cstring>
#include <filesystem>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/sets/dataset.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static std::string file(const std::string& name) { return "tests/data/files/" + name + ".npy"; }

static std::string npy_error(const std::string& text) {
  return error_text<Error>([&] { load_npy(text); });
}

TEST_CASE("npy: images and labels as NumPy writes them", "[data]") {
  for (const char* type : {"u1", "i1", "i2", "i4", "i8", "big_i4", "u8", "version2"}) {
    CAPTURE(type);
    const std::string labels = file(std::string("labels_") + type);
    const Dataset data = load_npy(file("images") + "," + labels + "," + file("images") + "," + labels);
    CHECK(data.train.labels == std::vector<int32_t>{2, 0, 1, 2, 0, 1});
    CHECK(data.train.channels == 3);
    CHECK(data.train.height == 4);
    CHECK(data.train.classes == std::vector<std::string>{"0", "1", "2"});
    for (size_t i = 0; i < data.train.pixels.size(); ++i)
      REQUIRE(data.train.pixels[i] == static_cast<uint8_t>(i));
    CHECK(data.notes.empty());
  }
  const Dataset grey = load_dataset("npy:" + file("grey") + "," + file("labels_u1") + ",test=0.5");
  CHECK(grey.train.channels == 1);
  CHECK(grey.train.size() + grey.test.size() == 6);
  REQUIRE(grey.notes.size() == 1);
  CHECK_THAT(grey.notes[0], contains("set apart to test with"));
}

TEST_CASE("npy: a folder, with the names of its classes", "[data]") {
  const TempDir dir;
  for (const char* split : {"train", "test"}) {
    std::filesystem::copy_file(file("images"), dir.file(std::string(split) + "_images.npy"));
    std::filesystem::copy_file(file("labels_i8"), dir.file(std::string(split) + "_labels.npy"));
  }
  write_file(dir.file("classes.txt"), "cat\ndog\nbird\n");
  CHECK(load_npy(dir.str()).test.classes == std::vector<std::string>{"cat", "dog", "bird"});
  write_file(dir.file("classes.txt"), "cat\ndog\n");
  CHECK_THAT(npy_error(dir.str()), contains(dir.file("classes.txt") + ": 2 names, but there is a label 2"));
  std::filesystem::remove(dir.file("test_labels.npy"));
  CHECK_THAT(npy_error(dir.str()), contains(dir.file("test_labels.npy")));
}

TEST_CASE("npy: what is refused", "[data]") {
  const auto with_labels = [](const std::string& images, const std::string& labels = "labels_i8") {
    return npy_error(file(images) + "," + file(labels));
  };
  CHECK_THAT(with_labels("fortran"), contains("fortran.npy: is in Fortran order"));
  CHECK_THAT(with_labels("floats"), contains("images of type f4, expected bytes (uint8)"));
  CHECK_THAT(with_labels("records"), contains("records.npy: its values are records"));
  CHECK_THAT(with_labels("planes"), contains("(6,3,4,4)") && contains("transpose"));
  CHECK_THAT(with_labels("labels_u1"), contains("images of shape (6), expected (N,H,W) or (N,H,W,C)"));
  CHECK_THAT(with_labels("images", "labels_negative"), contains("label -1 of image 1, expected 0 to"));
  CHECK_THAT(with_labels("images", "labels_five"), contains("labels of shape (5), expected (6)"));
  CHECK_THAT(with_labels("images", "floats"), contains("labels of type f4, expected integers"));
  CHECK_THAT(npy_error(file("images")), contains("expected IMAGES.npy,LABELS.npy"));
  CHECK_THAT(npy_error(file("images") + "," + file("labels_i8") + ",test=2"), contains("0 <= test < 1"));
  CHECK_THAT(npy_error(file("images") + "," + file("labels_i8") + ",test=0"),
             contains("leaves one split empty"));
}

TEST_CASE("npy: every file that is cut short or longer is refused", "[data]") {
  const std::vector<uint8_t> bytes = read_bytes(file("images"));
  const std::string whole(bytes.begin(), bytes.end());
  CHECK(parse_npy("whole", whole).size() == 6 * 4 * 4 * 3);
  for (size_t n = 0; n < whole.size(); ++n) {
    CAPTURE(n);
    CHECK_THROWS_AS(parse_npy("short.npy", std::string_view(whole).substr(0, n)), FileError);
  }
  CHECK_THROWS_AS(parse_npy("long.npy", whole + "x"), FileError);
  const auto header = [&](const std::string& text) {
    std::string file_bytes = whole.substr(0, 8);
    file_bytes += static_cast<char>(text.size());
    file_bytes += '\0';
    return error_text<FileError>([&] { parse_npy("x.npy", file_bytes + text); });
  };
  CHECK_THAT(header("{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 4), }"),
             contains("more values than a file can hold"));
  CHECK_THAT(header("{'descr': '|u1', 'fortran_order': False, 'shape': (-3,), }"),
             contains("the extent \"-3\""));
  CHECK_THAT(header("{'descr': '|V9', 'fortran_order': False, 'shape': (3,), }"), contains("of type |V9"));
  CHECK_THAT(header("{'fortran_order': False, 'shape': (3,), }"), contains("has no 'descr'"));
}
