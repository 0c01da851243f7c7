#include "data/sets/dataset.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/data/images/image_writer.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static std::string load_error(const std::string& spec, int64_t image_size = 0) {
  return error_text<Error>([&] { load_dataset(spec, image_size); });
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
  CHECK(load_dataset("folder:" + dir.str(), 12).train.height == 12);
}

TEST_CASE("every kind but folder refuses an image size", "[data]") {
  CHECK_THAT(load_error("synthetic:n=10", 64), contains("synthetic:n=10") && contains("image size (64)"));
}

TEST_CASE("load_dataset finds each kind's own reader", "[data]") {
  const TempDir dir;
  CHECK_THAT(load_error("cifar10:" + dir.str()), contains(dir.str()) && contains("CIFAR-10 not found"));
  CHECK_THAT(load_error("cifar100:" + dir.str()), contains("CIFAR-100 not found"));
  CHECK_THAT(load_error("mnist:" + dir.str()), contains("MNIST is four files"));
  CHECK_THAT(load_error("fashion-mnist:" + dir.str()),
             contains(dir.str()) && contains("dataset-fashion-mnist"));
  CHECK_THAT(load_error("folder:" + dir.str()), contains("holds no folder train/"));
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

TEST_CASE("a kind that needs a folder says so", "[data]") {
  const std::string kind = GENERATE("cifar10", "cifar100", "mnist", "folder");
  const std::string spec = kind + GENERATE("", ":");
  CHECK_THAT(load_error(spec),
             contains(kind + " needs a folder: " + kind + ":DIR, for example " + kind + ":"));
}

TEST_CASE("options of synthetic are checked", "[data]") {
  CHECK_THAT(load_error("synthetic:classe=3"),
             contains("unknown option \"classe\"") && contains("did you mean \"classes\"?"));
  CHECK_THAT(load_error("synthetic:n=many"), contains("n=many is not a whole number"));
  CHECK_THAT(load_error("synthetic:n=1.5"), contains("n=1.5 is not a whole number"));
  CHECK_THAT(load_error("synthetic:n"), contains("n= is not a whole number"));
  CHECK_THAT(load_error("synthetic:size=4"), contains("size=4, expected 8..256"));
}

TEST_CASE("dataset_kinds lists six kinds, whose examples name them", "[data]") {
  CHECK(dataset_kinds().size() == 6);
  for (const DatasetKind& kind : dataset_kinds()) {
    CAPTURE(kind.name);
    CHECK(kind.syntax.rfind(kind.name, 0) == 0);
    CHECK(kind.example.rfind(kind.name, 0) == 0);
    CHECK(kind.description.size() > 20);
  }
}
