#include "data/coco/coco_json.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// An image with two objects, one without, ids with gaps, and what other programs add.
const std::string kImages = R"([
  {"id": 70, "file_name": "a/70.png", "width": 6, "height": 4, "license": 1, "coco_url": null},
  {"id": 7, "file_name": "7.jpg", "width": 3, "height": 2}])";
const std::string kAnnotations = R"([
  {"id": 901, "image_id": 70, "category_id": 90, "bbox": [1, 0, 2.5, 2], "area": 4, "iscrowd": 0,
   "segmentation": [[1, 0, 3, 0, 3, 2, 1, 2], [4, 3, 6, 3, 6, 4, 4, 4]], "attributes": {"occluded": [false]}},
  {"id": 12, "image_id": 70, "category_id": 3, "bbox": [0, 0, 6, 4], "area": 20.5, "iscrowd": 1,
   "segmentation": {"size": [4, 6], "counts": [3, 20, 1]}},
  {"id": 0, "image_id": 7, "category_id": 3, "bbox": [0, 0, 3, 2], "area": 6, "segmentation": []}])";
const std::string kCategories =
    R"([{"id": 90, "name": "dog", "supercategory": "animal"}, {"id": 3, "name": "cat"}])";

std::string document(const std::string& images, const std::string& annotations,
                     const std::string& categories) {
  return R"({"info": {"year": 2017, "images": [1]}, "images": )" + images +
         R"(, "licenses": [[{}], 3], "annotations": )" + annotations + R"(, "categories": )" + categories +
         "}";
}

CocoDataset parsed(const std::string& text, const CocoReadOptions& options = {}) {
  return parse_coco(text, "a.json", options);
}

std::string refused(const std::string& text, const CocoReadOptions& options = {}) {
  return error_text<FileError>([&] { parsed(text, options); });
}

// One annotation, with these fields instead of its own: R"("bbox": [1, 2])".
std::string with_annotation(const std::string& field, const std::string& value) {
  std::string text = "[{";
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"id", "5"},     {"image_id", "7"}, {"category_id", "3"},  {"bbox", "[0, 0, 3, 2]"},
      {"area", "6.0"}, {"iscrowd", "0"},  {"segmentation", "[]"}};
  for (const auto& [key, usual] : fields) {
    const std::string& chosen = key == field ? value : usual;
    if (!chosen.empty()) text += (text.size() == 2 ? "\"" : ", \"") + key + "\": " + chosen;
  }
  return document(kImages, text + "}]", kCategories);
}

std::string annotation_refused(const std::string& field, const std::string& value) {
  const std::string text = refused(with_annotation(field, value));
  CHECK_THAT(text,
             contains("a.json: annotations[0]" + std::string(field == "id" ? "" : " (id 5): " + field)));
  return text;
}

}  // namespace

TEST_CASE("coco: polygons, runs, crowds, ids with gaps, images without objects", "[data][coco]") {
  const CocoDataset set = parsed(document(kImages, kAnnotations, kCategories));
  CHECK(set.name == "a.json");
  REQUIRE(set.images.size() == 2);
  CHECK(set.images[0].id == 70);
  CHECK(set.images[0].file_name == "a/70.png");
  CHECK(set.images[1].height == 2);
  CHECK(set.images[1].width == 3);
  REQUIRE(set.categories.size() == 2);
  CHECK(set.categories[0].name == "dog");
  REQUIRE(set.objects.size() == 3);
  CHECK(set.objects[0].id == 901);
  CHECK(set.objects[0].image == 0);
  CHECK(set.objects[0].category == 0);
  CHECK(set.objects[0].box == Box{1, 0, 2.5, 2});
  CHECK(set.objects[0].area == 4);
  CHECK(!set.objects[0].crowd);
  CHECK(decode_rle(set.objects[0].mask.value()) == std::vector<uint8_t>{0, 1, 1, 0, 0, 0,  //
                                                                        0, 1, 1, 0, 0, 0,  //
                                                                        0, 0, 0, 0, 0, 0,  //
                                                                        0, 0, 0, 0, 1, 1});
  CHECK(set.objects[1].crowd);
  CHECK(set.objects[1].category == 1);
  CHECK(set.objects[1].mask->counts == std::vector<uint32_t>{3, 20, 1});
  CHECK(!set.objects[2].mask);
  CHECK(objects_by_image(set) == std::vector<std::vector<int64_t>>{{0, 1}, {2}});

  const CocoDataset empty = parsed(document("[]", "[]", "[]"));
  CHECK(empty.images.empty());
  CHECK(empty.objects.empty());
}

TEST_CASE("coco: the lists may come in any order", "[data][coco]") {
  const CocoDataset set = parsed(R"({"annotations": )" + kAnnotations + R"(, "categories": )" + kCategories +
                                 R"(, "images": )" + kImages + "}");
  CHECK(set.objects[2].image == 1);
}

TEST_CASE("coco: annotations and results are written and read back the same", "[data][coco]") {
  const TempDir dir;
  CocoDataset set = parsed(document(kImages, kAnnotations, kCategories));
  set.images[1].file_name = "\"\\ \xc3\xa9.png";
  write_coco(dir.file("a.json"), set);
  const CocoDataset again = read_coco(dir.file("a.json"));
  REQUIRE(again.objects.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(again.objects[i].id == set.objects[i].id);
    CHECK(again.objects[i].image == set.objects[i].image);
    CHECK(again.objects[i].category == set.objects[i].category);
    CHECK(again.objects[i].box == set.objects[i].box);
    CHECK(again.objects[i].area == set.objects[i].area);
    CHECK(again.objects[i].crowd == set.objects[i].crowd);
    CHECK(again.objects[i].mask == set.objects[i].mask);
  }
  CHECK(again.images[1].file_name == set.images[1].file_name);
  CHECK(again.images[0].width == 6);
  CHECK(again.categories[1].name == "cat");

  const std::vector<CocoDetection> found = {{1, 0, 0.1, {0.3, 1e-9, 1. / 3, 4}},
                                            {0, 1, -2, {0, 0, 1, 1}, set.objects[1].mask}};
  write_coco_results(dir.file("r.json"), set, found);
  const std::vector<CocoDetection> read = read_coco_results(dir.file("r.json"), again);
  REQUIRE(read.size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    CHECK(read[i].image == found[i].image);
    CHECK(read[i].category == found[i].category);
    CHECK(read[i].score == found[i].score);
    CHECK(read[i].box == found[i].box);
    CHECK(read[i].mask == found[i].mask);
  }
  write_coco_results(dir.file("none.json"), set, {});
  CHECK(read_coco_results(dir.file("none.json"), set).empty());

  set.images[0].file_name = "\xff.png";
  CHECK_THAT(error_text<FileError>([&] { write_coco(dir.file("b.json"), set); }),
             contains("b.json: cannot be written: a name of an image or of a category is not UTF-8"));
}

TEST_CASE("coco: a file cut short anywhere is refused", "[data][coco]") {
  const std::string whole = document(kImages, kAnnotations, kCategories);
  for (size_t n = 0; n < whole.size(); ++n) {
    CAPTURE(n);
    CHECK_THAT(refused(whole.substr(0, n)), contains("a.json: is cut short, its JSON does not end: "));
  }
}

TEST_CASE("coco: what is no file of annotations is refused", "[data][coco]") {
  CHECK_THAT(refused("{\"images\": [}"),
             contains("a.json: is no valid JSON: parse error at line 1, column 13"));
  CHECK_THAT(refused(document(kImages, kAnnotations, kCategories) + "x"), contains("is no valid JSON"));
  CHECK_THAT(refused(std::string("{\0}", 3)), contains("is no JSON: it holds a zero byte"));
  CHECK_THAT(refused("{\"images\": [{\"id\": 1e999}]}"), contains("is no valid JSON: number overflow"));
  CHECK_THAT(refused("{\"images\": [{\"file_name\": \"\xff\"}]}"), contains("is no valid JSON"));
  CHECK_THAT(refused(std::string(100, '[')), contains("a.json: is a list, expected an object with images"));
  CHECK_THAT(refused("7"),
             contains("a.json: is a JSON number, expected an object with images, annotations, cat"));
  CHECK_THAT(refused("{\"x\": " + std::string(100, '[')), contains("lists in lists, too deep"));
  CHECK_THAT(refused("{}"), contains("a.json: has no list \"images\"; expected an object with images"));
  CHECK_THAT(refused(R"({"images": [], "annotations": []})"), contains("has no list \"categories\""));
  CHECK_THAT(refused(R"({"images": [], "images": []})"), contains("holds the key \"images\" twice"));
  CHECK_THAT(refused(R"({"images": {"1": 2}})"), contains("\"images\" is an object, expected a list"));
  CHECK_THAT(refused(R"({"images": 3})"), contains("\"images\" is a JSON number, expected a list"));
  CHECK_THAT(refused(R"({"images": [3]})"), contains("images[0]: is a JSON number, expected an object"));
  CHECK_THAT(refused(R"({"images": [[3]]})"), contains("images[0]: is a list, expected an object"));
  CHECK_THAT(error_text<FileError>([] { read_coco("nowhere.json"); }),
             contains("nowhere.json: cannot be opened"));
}

TEST_CASE("coco: images that are refused", "[data][coco]") {
  const auto image_refused = [](const std::string& entry) {
    return refused(document(
        "[{\"id\": 1, \"file_name\": \"1.png\", \"width\": 2, \"height\": 2}, " + entry + "]", "[]", "[]"));
  };
  CHECK_THAT(image_refused(R"({"file_name": "b", "width": 2, "height": 2})"),
             contains("a.json: images[1]: id: is missing, expected a whole number"));
  CHECK_THAT(image_refused(R"({"id": 9, "width": 2, "height": 2})"),
             contains("a.json: images[1] (id 9): file_name: is missing, expected a text"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": "", "width": 2, "height": 2})"),
             contains("images[1] (id 9): file_name: is empty"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": 9, "width": 2, "height": 2})"),
             contains("file_name: expected a text, found a JSON number"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": "b", "height": 2})"),
             contains("images[1] (id 9): width: is missing"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": "b", "width": 2})"),
             contains("images[1] (id 9): height: is missing"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": "b", "width": 2, "height": -2})"),
             contains("images[1] (id 9): height: -2 pixels, expected 1 to 16384"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": "b", "width": 0, "height": 2})"),
             contains("images[1] (id 9): width: 0 pixels, expected 1 to 16384"));
  CHECK_THAT(image_refused(R"({"id": 9, "file_name": "b", "width": 2.5, "height": 2})"),
             contains("width: expected a whole number of 64 bits, found 2.5"));
  CHECK_THAT(image_refused(R"({"id": 1, "file_name": "b", "width": 2, "height": 2})"),
             contains("images[1] (id 1): id: 1 stands there twice, first in images[0]"));
  CHECK_THAT(image_refused(R"({"id": 18446744073709551615, "file_name": "b"})"),
             contains("id: expected a whole number of 64 bits, found 18446744073709551615"));
  CHECK_THAT(image_refused(R"({"id": "9"})"),
             contains("id: expected a whole number of 64 bits, found a JSON string"));
  CHECK_THAT(image_refused(R"({"id": 9, "id": 10})"), contains("images[1]: id: stands there twice"));
}

TEST_CASE("coco: categories that are refused", "[data][coco]") {
  const auto category_refused = [](const std::string& entries) {
    return refused(document("[]", "[]", entries));
  };
  CHECK_THAT(category_refused(R"([{"name": "a"}])"), contains("categories[0]: id: is missing"));
  CHECK_THAT(category_refused(R"([{"id": 4}])"), contains("categories[0] (id 4): name: is missing"));
  CHECK_THAT(category_refused(R"([{"id": 4, "name": "a"}, {"id": 4, "name": "b"}])"),
             contains("categories[1] (id 4): id: 4 stands there twice, first in categories[0]"));
}

TEST_CASE("coco: annotations that are refused", "[data][coco]") {
  REQUIRE_NOTHROW(parsed(with_annotation("", "")));
  for (const char* field : {"id", "image_id", "category_id", "bbox", "area"}) {
    CHECK_THAT(annotation_refused(field, ""), contains(std::string(field) + ": is missing, expected "));
    CHECK_THAT(annotation_refused(field, "null"), contains(", found a JSON null"));
  }
  for (const char* field : {"iscrowd", "segmentation"}) CHECK_NOTHROW(parsed(with_annotation(field, "")));
  CHECK_THAT(annotation_refused("image_id", "8"),
             contains("image_id: 8, expected the id of one of the images"));
  CHECK_THAT(annotation_refused("category_id", "1"), contains("1, expected the id of one of the categories"));
  CHECK_THAT(annotation_refused("area", "-1"), contains("area: -1, expected at least 0"));
  CHECK_THAT(annotation_refused("area", "\"6\""), contains("area: expected a number, found a JSON string"));
  CHECK_THAT(annotation_refused("iscrowd", "2"), contains("iscrowd: expected 0 or 1, found 2"));
  CHECK(parsed(with_annotation("iscrowd", "true")).objects[0].crowd);
  CHECK_THAT(
      refused(document(kImages,
                       kAnnotations.substr(0, kAnnotations.size() - 1) +
                           R"(, {"id": 12, "image_id": 7, "category_id": 3, "bbox": [0,0,1,1], "area": 1}])",
                       kCategories)),
      contains("a.json: annotations[3] (id 12): id: 12 stands there twice, first in annotations[1]"));
}

TEST_CASE("coco: boxes that are refused", "[data][coco]") {
  CHECK_THAT(annotation_refused("bbox", "[0, 0, 3]"), contains("bbox: expected 4 numbers, found 3"));
  CHECK_THAT(annotation_refused("bbox", "[0, 0, 3, \"2\"]"),
             contains("bbox: expected 4 numbers, found a list with something else in it"));
  CHECK_THAT(annotation_refused("bbox", "{\"x\": 0}"),
             contains("bbox: expected 4 numbers, found a JSON object"));
  CHECK_THAT(annotation_refused("bbox", "[0, 0, -3, 2]"), contains("bbox: width -3, expected at least 0"));
  CHECK_THAT(annotation_refused("bbox", "[0, 0, 3, -0.5]"),
             contains("bbox: height -0.5, expected at least 0"));
  CHECK_THAT(annotation_refused("bbox", "[1, 0, 4, 2]"),
             contains("bbox: [1, 0, 4, 2] reaches 2 pixels beyond image 7 of 2x3 pixels (height x "
                      "width), expected at most 1"));
  CHECK_THAT(annotation_refused("bbox", "[0, -1.5, 3, 2]"), contains("reaches 1.5 pixels beyond image 7"));
  CHECK_THAT(annotation_refused("bbox", "[9, 0, 0, 0]"), contains("reaches 6 pixels beyond"));
  CHECK_NOTHROW(parsed(with_annotation("bbox", "[-1, -1, 5, 4]")));
  CHECK_NOTHROW(parsed(with_annotation("bbox", "[1, 1, 0, 0]")));
  CHECK_NOTHROW(parsed(with_annotation("bbox", "[-9, 0, 9, 9]"), {.outside = 9}));
  CHECK_THAT(refused(with_annotation("bbox", "[-0.5, 0, 1, 1]"), {.outside = 0}),
             contains("reaches 0.5 pixels"));
}

TEST_CASE("coco: segmentations that are refused", "[data][coco]") {
  const auto segmentation = [](const std::string& value) {
    return annotation_refused("segmentation", value);
  };
  CHECK_THAT(segmentation("3"),
             contains("expected a list of polygons, or an object with size and counts, found a"));
  CHECK_THAT(segmentation("[0, 0, 3, 0, 3, 2]"),
             contains("polygon 0: expected a list of numbers x, y, x, y, ..., found "
                      "a JSON number"));
  CHECK_THAT(segmentation("[[0, 0, 3, 0, 3, 2], [0, null]]"),
             contains("polygon 1: expected a list of numbers"));
  CHECK_THAT(segmentation("[[0, 0, 3, 2]]"),
             contains("polygon 0: a polygon of 2 corners, expected at least 3"));
  CHECK_THAT(segmentation("[[0, 0, 3, 0, 3, 2, 1]]"),
             contains("polygon 0: a polygon of 7 numbers, expected x and y"));
  CHECK_THAT(segmentation("[[0, 0, 3, 0, 3, 2], []]"), contains("polygon 1: a polygon of 0 corners"));
  CHECK_THAT(segmentation("[[0, 0, 4.5, 0, 3, 2]]"),
             contains("polygon 0: the corner 4.5, 0 lies outside image 7 of 2x3 pixels, expected at most 1"));
  CHECK_THAT(segmentation("{\"size\": [2, 3]}"), contains("expected an object with size and counts"));
  CHECK_THAT(segmentation("{\"size\": [2], \"counts\": []}"), contains("size: expected [height, width]"));
  CHECK_THAT(segmentation("{\"size\": [2, 3], \"counts\": [0.5]}"),
             contains("counts: expected a list of whole numbers, or a text"));
  CHECK_THAT(segmentation("{\"size\": [3, 2], \"counts\": [6]}"),
             contains("size: 3x2 (height x width), expected that of image 7 of 2x3 pixels"));
  CHECK_THAT(segmentation("{\"size\": [2, 3], \"counts\": [4, 1]}"),
             contains("its runs have 5 pixels, expected 2x3 = 6"));
  CHECK_THAT(segmentation("{\"size\": [2, 3], \"counts\": [7, -1]}"),
             contains("count 0 of its runs is 7, expected 0 to 6"));
  CHECK_THAT(segmentation("{\"size\": [2, 3], \"counts\": \"23\"}"), contains("its runs have 5 pixels"));
  CHECK_THAT(segmentation("{\"size\": [2, 3], \"counts\": \"2~\"}"),
             contains("character 1 of the text of its counts"));
}

TEST_CASE("coco results: of other programs", "[data][coco]") {
  const CocoDataset set = parsed(document(kImages, kAnnotations, kCategories));
  const auto read = [&set](const std::string& text) { return parse_coco_results(text, "r.json", set); };
  const auto results = read(R"([{"image_id": 7, "category_id": 90, "bbox": [-5, 0, 100, 1.5], "score": 1},
    {"image_id": 70, "category_id": 3, "score": 0.25, "segmentation": {"size": [4, 6], "counts": [5, 2, 17]}},
    {"image_id": 7, "category_id": 3, "score": 0, "bbox": [0, 0, 1, 1], "segmentation": [[0, 0, 9, 0, 9, 9]]}])");
  REQUIRE(results.size() == 3);
  CHECK(results[0].image == 1);
  CHECK(results[0].category == 0);
  CHECK(results[0].box == Box{-5, 0, 100, 1.5});
  CHECK(results[1].box == Box{1, 1, 1, 2});
  CHECK(area(*results[2].mask) > 0);

  const auto result_refused = [&](const std::string& text) {
    return error_text<FileError>([&] { read(text); });
  };
  CHECK_THAT(result_refused("{\"images\": []}"),
             contains("r.json: is an object, expected a list of results (annot"));
  CHECK_THAT(result_refused("3"), contains("r.json: is a JSON number, expected a list of results"));
  CHECK_THAT(result_refused("[3]"), contains("r.json: results[0]: is a JSON number, expected an object"));
  CHECK_THAT(result_refused("[{}"), contains("results[0]: image_id: is missing"));
  CHECK_THAT(result_refused("[{\"image_id\": 7"), contains("r.json: is cut short"));
  CHECK_THAT(result_refused("[{\"image_id\": 8}]"),
             contains("r.json: results[0]: image_id: 8, expected the id of one of the images of a.json"));
  CHECK_THAT(result_refused("[{\"image_id\": 7, \"category_id\": 8}]"),
             contains("results[0]: category_id: 8, expected the id of one of the categories of a.json"));
  const std::string begin = "[{\"image_id\": 7, \"category_id\": 3, ";
  CHECK_THAT(result_refused(begin + "\"bbox\": [0, 0, 1, 1]}]"), contains("results[0]: score: is missing"));
  CHECK_THAT(result_refused(begin + "\"score\": \"1\"}]"),
             contains("score: expected a number, found a JSON string"));
  CHECK_THAT(result_refused(begin + "\"score\": 1}]"), contains("results[0]: bbox: is missing"));
  CHECK_THAT(result_refused(begin + "\"score\": 1, \"bbox\": [0, 0, 1, -1]}]"),
             contains("height -1, expected at"));
  CHECK_THAT(result_refused(begin + "\"score\": 1, \"segmentation\": {\"size\": [4, 6], \"counts\": [24]}}]"),
             contains("results[0]: segmentation: size: 4x6"));
}
