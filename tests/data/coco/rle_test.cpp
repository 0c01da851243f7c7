#include "data/coco/rle.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/data/coco/masks_golden.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

static std::vector<double> numbers_of(const Box& box) { return {box.x, box.y, box.width, box.height}; }

TEST_CASE("rle: counts go down the columns and begin with pixels that are off", "[data][coco]") {
  const std::vector<uint8_t> mask = {0, 1, 1,  //
                                     0, 7, 0};
  const Rle rle = encode_rle(mask, 2, 3);
  CHECK(rle.counts == std::vector<uint32_t>{2, 3, 1});
  CHECK(decode_rle(rle) == std::vector<uint8_t>{0, 1, 1, 0, 1, 0});
  CHECK(encode_rle(std::vector<uint8_t>{1, 0}, 2, 1).counts == std::vector<uint32_t>{0, 1, 1});
  CHECK(area(rle) == 3);
}

TEST_CASE("rle: texts, overlaps, unions and boxes are those of pycocotools", "[data][coco]") {
  const auto cases = mask_cases_with("iou");
  REQUIRE(cases.size() == 150);
  for (const auto& one : cases) {
    CAPTURE(one.dump());
    const int64_t height = one["size"][0], width = one["size"][1];
    const Rle a = rle_from_text(one["a"].get<std::string>(), height, width);
    const Rle b = rle_from_text(one["b"].get<std::string>(), height, width);
    CHECK(rle_text(a) == one["a"]);
    CHECK(encode_rle(decode_rle(b), height, width) == b);
    CHECK(rle_text(united(a, b)) == one["union"]);
    CHECK(mask_iou(a, b, one["crowd"] == 1) == one["iou"].get<double>());
    CHECK(numbers_of(bounding_box(a)) == one["box"].get<std::vector<double>>());
    if (one["rows"].is_null()) continue;
    std::string rows;
    for (const auto& row : one["rows"]) rows += row.get<std::string>();
    std::string pixels;
    for (const uint8_t pixel : decode_rle(a)) pixels += static_cast<char>('0' + pixel);
    CHECK(pixels == rows);
  }
}

TEST_CASE("rle: runs of no pixels within a list of counts go", "[data][coco]") {
  const std::vector<int64_t> counts = {0, 0, 3, 0, 2, 1, 0};
  CHECK(rle_from_counts(counts, 2, 3).counts == std::vector<uint32_t>{5, 1});
}

TEST_CASE("rle: what is refused", "[data][coco]") {
  const auto counts_error = [](std::vector<int64_t> counts, int64_t height = 2, int64_t width = 3) {
    return error_text<Error>([&] { rle_from_counts(counts, height, width); });
  };
  CHECK_THAT(counts_error({4, 1}), contains("its runs have 5 pixels, expected 2x3 = 6"));
  CHECK_THAT(counts_error({4, 3}), contains("its runs have more than 6 pixels, expected 2x3 = 6"));
  CHECK_THAT(counts_error({4, -1, 3}), contains("count 1 of its runs is -1, expected 0 to 6"));
  CHECK_THAT(counts_error({4, INT64_MAX}), contains("expected 0 to 6"));
  CHECK_THAT(counts_error({}, 0, 3), contains("a mask of 0x3 pixels, expected sides of 1 to 16384"));
  CHECK_THAT(counts_error({}, 1, 16385), contains("a mask of 1x16385 pixels"));

  const auto refused = [](const std::string& text) {
    return error_text<Error>([&] { rle_from_text(text, 2, 3); });
  };
  CHECK(rle_from_text("231", 2, 3).counts == std::vector<uint32_t>{2, 3, 1});
  CHECK_THAT(refused("23"), contains("its runs have 5 pixels, expected 2x3 = 6"));
  CHECK_THAT(refused("2 1"), contains("character 1 of the text of its counts is none of '0' to 'o'"));
  CHECK_THAT(refused("23p"), contains("character 2"));
  CHECK_THAT(refused("23\xc3\xa9"), contains("character 2"));
  CHECK_THAT(refused("23a"), contains("ends within a count"));
  CHECK_THAT(refused("oooooo0"),
             contains("a count before character 6 of the text of its counts is too large"));
  CHECK_THAT(refused("23O"), contains("count 2 of its runs is -1"));

  const Rle small = rle_from_text("231", 2, 3), turned = rle_from_text("231", 3, 2);
  CHECK_THAT(error_text<Error>([&] { united(small, turned); }),
             contains("masks of different sizes: 2x3 and 3x2"));
  CHECK_THAT(error_text<Error>([&] { mask_iou(small, turned); }), contains("2x3 and 3x2"));
}

TEST_CASE("box_iou: of a crowd, the part of the detection that lies in it", "[data][coco]") {
  const Box detection = {0, 0, 4, 2}, truth = {2, 0, 8, 2};
  CHECK(box_iou(detection, truth) == 4.0 / 20);
  CHECK(box_iou(detection, truth, /*crowd=*/true) == 0.5);
  CHECK(box_iou(detection, {4, 0, 1, 1}) == 0);
  CHECK(box_iou({1, 1, 0, 0}, {1, 1, 0, 0}) == 0);
}
