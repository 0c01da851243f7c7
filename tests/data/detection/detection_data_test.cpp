#include "data/detection/detection_data.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// An image of 3x2 pixels (width x height) of one colour, as PPM.
std::string flat_image(const std::string& rgb) { return "P6 3 2 255\n" + rgb + rgb + rgb + rgb + rgb + rgb; }

const std::string kTwoImages = R"({"images": [
  {"id": 40, "file_name": "a.ppm", "width": 3, "height": 2}, {"id": 7, "file_name": "b.ppm", "width": 3, "height": 2}],
 "categories": [{"id": 9, "name": "cat"}, {"id": 2, "name": "dog"}],
 "annotations": [
  {"id": 5, "image_id": 7, "category_id": 2, "bbox": [0, 0.5, 2, 1], "area": 1.5, "iscrowd": 1},
  {"id": 3, "image_id": 7, "category_id": 9, "bbox": [1, 0, 1, 2], "area": 2,
   "segmentation": {"size": [2, 3], "counts": [2, 2, 2]}}]})";

// A folder of the splits train2017, val2017 and test, all alike.
struct CocoFiles {
  CocoFiles() {
    for (const char* split : {"instances_train2017", "instances_val2017", "test"})
      write_file(dir.file(std::string("annotations/") + split + ".json"), kTwoImages);
    write_file(dir.file("images/a.ppm"), flat_image(std::string("\xff\x00\x33", 3)));
    write_file(dir.file("images/b.ppm"), flat_image(std::string("\x00\x00\x33", 3)));
  }
  std::string annotations(const std::string& name) const {
    return dir.str() + "/annotations/" + name + ".json";
  }

  TempDir dir;
};

std::string data_error(const std::string& spec) {
  return error_text<Error>([&] { load_detection_data(spec); });
}

}  // namespace

TEST_CASE("detection data: a folder in COCO's format", "[data][coco][detection]") {
  const CocoFiles files;
  const DetectionData data = load_detection_data("coco:" + files.dir.str());
  CHECK(data.name == files.dir.str());
  CHECK(data.notes.empty());
  CHECK(data.train->name() == files.annotations("instances_train2017"));
  CHECK(data.test->name() == files.annotations("instances_val2017"));
  CHECK(data.train->classes() == std::vector<std::string>{"cat", "dog"});
  REQUIRE(data.train->size() == 2);
  const DetectionExample first = data.train->at(0), second = data.train->at(1);
  CHECK(first.objects.empty());
  CHECK(first.image.pixels[0] == 255);
  CHECK(second.image.pixels[0] == 0);
  CHECK(second.image.height == 2);
  REQUIRE(second.objects.size() == 2);
  CHECK(second.objects[0].box == Box{0, 0.5, 2, 1});
  CHECK(second.objects[0].label == 1);
  CHECK(second.objects[0].crowd);
  CHECK(second.objects[0].area == 1.5);
  CHECK_FALSE(second.objects[0].mask.has_value());
  CHECK(second.objects[1].label == 0);
  CHECK_FALSE(second.objects[1].crowd);
  CHECK(second.objects[1].mask == Rle{2, 3, {2, 2, 2}});
  CHECK(data.test->truth().images[0].id == 40);

  REQUIRE(data.normalisation.mean.size() == 3);
  CHECK(data.normalisation.mean[0] == Approx(0.5));
  CHECK(data.normalisation.std[0] == Approx(0.5));
  CHECK(data.normalisation.mean[2] == Approx(0.2));
  CHECK(data.normalisation.std[2] == 1);

  CHECK(error_text<Error>([&] { data.test->at(2); }) ==
        files.annotations("instances_val2017") + ": no image 2, expected 0..1");
}

TEST_CASE("detection data: which splits of a folder", "[data][coco][detection]") {
  const CocoFiles files;
  const std::string spec = "coco:" + files.dir.str();
  CHECK(load_detection_data(spec + ",test=test").test->name() == files.annotations("test"));
  CHECK(load_detection_data(spec + ",train=val,test=train").train->name() ==
        files.annotations("instances_val2017"));
  std::filesystem::remove(files.annotations("instances_val2017"));
  CHECK(load_detection_data(spec).test->name() == files.annotations("test"));
  std::filesystem::remove(files.annotations("instances_train2017"));
  CHECK_THAT(data_error(spec), contains("annotations: has no split \"train\", expected one of test"));
  const DetectionData test_only = load_detection_data(spec, {.test_only = true});
  CHECK(test_only.train == nullptr);
  CHECK(test_only.normalisation.mean.empty());
  CHECK(test_only.test->size() == 2);
}

TEST_CASE("detection data: a folder's fingerprint tells other annotations and other files",
          "[data][coco][detection]") {
  const CocoFiles files;
  const auto fingerprint = [&] { return load_detection_data("coco:" + files.dir.str()).test->fingerprint(); };
  const std::string before = fingerprint();
  CHECK(fingerprint() == before);
  write_file(files.annotations("instances_val2017"), kTwoImages + "\n");
  const std::string other_annotations = fingerprint();
  CHECK(other_annotations != before);
  write_file(files.dir.file("images/b.ppm"), flat_image("abc") + "\n");
  CHECK(fingerprint() != other_annotations);
  const DetectionData data = load_detection_data("coco:" + files.dir.str());
  std::filesystem::remove(files.dir.file("images/b.ppm"));
  CHECK_THAT(error_text<FileError>([&] { data.test->fingerprint(); }),
             contains("images/b.ppm: cannot be read: "));
}

TEST_CASE("detection data: scenes by their text", "[data][detection]") {
  const DetectionData data = load_detection_data("scenes:n=9,test=4,size=40,objects=2,seed=5,items=shapes");
  CHECK(data.name == "scenes");
  CHECK(data.train->name() == "scenes train");
  CHECK(data.train->size() == 9);
  CHECK(data.test->name() == "scenes test");
  CHECK(data.test->size() == 4);
  CHECK(data.test->at(3).image.width == 40);
  CHECK(data.test->classes().size() == 6);
  for (int c = 0; c < 3; ++c) {
    CHECK(data.normalisation.mean[c] > 0.2);
    CHECK(data.normalisation.mean[c] < 0.8);
    CHECK(data.normalisation.std[c] < 0.4);
  }
  CHECK(load_detection_data("scenes:size=40,items=shapes", {.test_only = true}).train == nullptr);
}

TEST_CASE("detection data: what is refused", "[data][coco][detection]") {
  CHECK_THAT(data_error("scene"),
             contains("unknown data \"scene\" for detection (did you mean \"scenes\"?); known are:") &&
                 contains("coco:DIR[,train=SPLIT,test=SPLIT]  for example coco:fruits"));
  CHECK_THAT(data_error("scenes:sizes=3"),
             contains("\"scenes:sizes=3\": unknown option \"sizes\" (did you mean \"size\"?); "
                      "possible are n, test, size, objects, empty, seed, items"));
  CHECK_THAT(data_error("scenes:n=x"), contains("n = \"x\", expected a whole number"));
  CHECK(data_error("scenes:size=8") == "scenes: size=8, expected 32..1024");
  CHECK(data_error("scenes:seed=-1") == "scenes: seed=-1, expected 0 or more");
  CHECK_THAT(data_error("scenes:items=x"),
             contains("scenes: items=x, expected auto, fashion-mnist or shapes"));
  CHECK(data_error("coco") ==
        "data coco needs to be told where it is: coco:DIR[,train=SPLIT,test=SPLIT], for example coco:fruits");
  CHECK(data_error("coco:nowhere") == "nowhere: is no folder");
  CHECK_THAT(data_error("coco:nowhere,test=a,x=b"), contains("unknown option \"x\""));

  const CocoFiles files;
  const std::string spec = "coco:" + files.dir.str();
  write_file(files.annotations("instances_val2017"),
             R"({"images": [{"id": 40, "file_name": "a.ppm", "width": 3, "height": 2}],
                 "categories": [{"id": 2, "name": "dog"}], "annotations": []})");
  CHECK(data_error(spec) == files.annotations("instances_val2017") +
                                ": has the categories dog, expected those of " +
                                files.annotations("instances_train2017") + ": cat, dog");
  write_file(files.annotations("test"),
             R"({"images": [], "categories": [{"id": 2, "name": "dog"}], "annotations": []})");
  CHECK(data_error(spec + ",test=test") == files.annotations("test") + ": holds no images");
  write_file(
      files.annotations("test"),
      R"({"images": [{"id": 40, "file_name": "a.ppm", "width": 3, "height": 2}], "categories": [], "annotations": []})");
  CHECK(data_error(spec + ",test=test") == files.annotations("test") + ": holds no categories");
}

TEST_CASE("detection data: paths from the root", "[data][detection]") {
  const std::string here = std::filesystem::current_path().string();
  CHECK(detection_with_absolute_paths("coco:fruits,test=val") == "coco:" + here + "/fruits,test=val");
  CHECK(detection_with_absolute_paths("coco:/fruits") == "coco:/fruits");
  CHECK(detection_with_absolute_paths("scenes:n=5") == "scenes:n=5");
  CHECK(detection_with_absolute_paths("scenes") == "scenes");
}
