#include "data/sets/dataset.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/detection/detection_data.hpp"
#include "tests/catch.hpp"
#include "tests/data/images/image_writer.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static std::string load_error(const std::string& spec, int64_t image_size = 0) {
  return error_text<Error>([&] { load_dataset(spec, {.image_size = image_size}); });
}

TEST_CASE("load_dataset passes options to synthetic", "[data]") {
  const Dataset dataset = load_dataset("synthetic:n=30,test=20,size=16,classes=3");
  CHECK(dataset.name == "synthetic");
  CHECK(dataset.train.size() == 30);
  CHECK(dataset.test.size() == 20);
  CHECK(dataset.train.height == 16);
  CHECK(dataset.train.classes.size() == 3);
  CHECK(load_dataset("synthetic").train.size() == 2000);
}

TEST_CASE("load_dataset passes the image size to folders", "[data]") {
  const TempDir dir;
  write_file(dir.file("train/a/1.png"), encode_png(plain_image(9, 9, {1, 2, 3}), 9, 9, 3));
  write_file(dir.file("test/a/1.png"), encode_png(plain_image(9, 9, {1, 2, 3}), 9, 9, 3));
  CHECK(load_dataset("folder:" + dir.str()).train.height == 32);
  CHECK(load_dataset("folder:" + dir.str(), {.image_size = 12}).train.height == 12);
}

TEST_CASE("every kind but folder refuses an image size", "[data]") {
  CHECK_THAT(load_error("synthetic:n=10", 64), contains("synthetic:n=10") && contains("image size (64)"));
}

TEST_CASE("load_dataset finds each kind's own reader", "[data]") {
  const TempDir dir;
  CHECK_THAT(load_error("cifar10:" + dir.str()),
             contains(dir.str()) && contains("CIFAR-10 not found") && contains("cifar-10-batches-py"));
  CHECK_THAT(load_error("cifar100:" + dir.str()), contains("CIFAR-100 not found"));
  CHECK_THAT(load_error("mnist:" + dir.str()), contains("MNIST is four files"));
  CHECK_THAT(load_error("fashion-mnist:" + dir.str()),
             contains(dir.str()) && contains("dataset-fashion-mnist"));
  CHECK_THAT(load_error("folder:" + dir.str()), contains("holds no folder train/"));
}

TEST_CASE("with_all_to_test: only a folder without splits, and without a share", "[data]") {
  const TempDir dir;
  std::filesystem::create_directories(dir.file("cat"));
  const std::string flat = "folder:" + dir.str();
  CHECK(with_all_to_test(flat) == flat + ",test=1");
  CHECK(with_all_to_test(flat + ",skip-bad=true") == flat + ",skip-bad=true,test=1");
  CHECK(with_all_to_test(flat + ",test=0.2") == flat + ",test=0.2");
  CHECK(with_all_to_test("mnist:" + dir.str()) == "mnist:" + dir.str());
  std::filesystem::create_directories(dir.file("valid"));
  CHECK(with_all_to_test(flat) == flat);
}

TEST_CASE("with_absolute_paths: every path of a spec, and nothing else", "[data]") {
  const std::string here = std::filesystem::current_path().string();
  CHECK(with_absolute_paths("cifar10:data") == "cifar10:" + here + "/data");
  CHECK(with_absolute_paths("folder:a, b,test=0.2") == "folder:" + here + "/a, b,test=0.2");
  CHECK(with_absolute_paths("npy:x.npy,/y.npy,test=0.2") == "npy:" + here + "/x.npy,/y.npy,test=0.2");
  for (const char* same : {"synthetic", "synthetic:n=5", "fashion-mnist", "mnist:/a/b", "mnist:", "cifar"}) {
    CHECK(with_absolute_paths(same) == same);
  }
}

TEST_CASE("a path may contain colons", "[data]") {
  CHECK_THAT(load_error("cifar10:/no/such:place"), contains("/no/such:place: CIFAR-10 not found"));
}

TEST_CASE("an unknown kind is answered with all kinds and the likely one", "[data]") {
  const std::string text = load_error("cifar:somewhere");
  for (const DatasetKind& kind : dataset_kinds()) {
    CHECK_THAT(text, contains("\n  " + kind.syntax) && contains("for example " + kind.example));
  }
  CHECK_THAT(text, contains("unknown data set \"cifar:somewhere\"") && contains("did you mean \"cifar10\"?"));
  CHECK_THAT(load_error("imagenet"), contains("unknown data set") && !contains("did you mean"));
}

TEST_CASE("data of detectors are said to be for eca detect", "[data]") {
  for (const DetectionKind& kind : detection_kinds()) {
    CHECK_THAT(load_error(kind.example), contains("data set \"" + kind.example +
                                                  "\" has images with several objects, for `eca detect`"));
  }
}

TEST_CASE("a kind that needs a folder says so", "[data]") {
  const std::string kind = GENERATE("cifar10", "cifar100", "mnist", "folder", "npy");
  const std::string spec = kind + GENERATE("", ":");
  CHECK_THAT(load_error(spec),
             contains("data set " + kind + " needs to be told where it is: " + kind + ":") &&
                 contains("for example " + kind + ":"));
}

TEST_CASE("options of synthetic are checked", "[data]") {
  CHECK_THAT(load_error("synthetic:classe=3"),
             contains("unknown option \"classe\"") && contains("did you mean \"classes\"?"));
  CHECK_THAT(load_error("synthetic:n=many"), contains("n = \"many\", expected a whole number"));
  CHECK_THAT(load_error("synthetic:n=1.5"), contains("n = \"1.5\", expected a whole number"));
  CHECK_THAT(load_error("synthetic:n"), contains("option \"n\", expected key=value"));
  CHECK_THAT(load_error("synthetic:size=4"), contains("size=4, expected 8..256"));
}

TEST_CASE("the examples of dataset_kinds name their kinds", "[data]") {
  for (const DatasetKind& kind : dataset_kinds()) {
    CAPTURE(kind.name);
    CHECK(kind.syntax.rfind(kind.name, 0) == 0);
    CHECK(kind.example.rfind(kind.name, 0) == 0);
    CHECK(kind.description.size() > 20);
  }
}

TEST_CASE("options of folders, whose names may hold commas", "[data]") {
  const TempDir dir;
  for (const char* name : {"a,b=c/cat/1.png", "a,b=c/cat/2.png", "a,b=c/cat/3.png", "a,b=c/cat/4.png"})
    write_file(dir.file(name), encode_png(plain_image(9, 9, {1, 2, 3}), 9, 9, 3));
  const std::string spec = with_folder_option("folder:" + dir.file("a,b=c"), "test=0.5");
  const Dataset data = load_dataset(spec);
  CHECK(data.train.size() + data.test.size() == 4);
  REQUIRE(data.notes.size() == 1);
  CHECK_THAT(data.notes[0], contains("there is one class"));
  CHECK_THAT(load_error(spec + ",tset=1"),
             contains("unknown option \"tset\"") && contains("did you mean \"test\"?"));
  CHECK_THAT(load_error(spec + ",strict=maybe"), contains("strict = \"maybe\", expected true or false"));
  CHECK_THAT(error_text<Error>([] { with_folder_option("cifar10:x", "skip-bad=true"); }),
             contains("skip-bad: expected only with data of folder:DIR, found \"cifar10:x\""));
}
