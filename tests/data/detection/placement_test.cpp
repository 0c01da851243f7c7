#include "data/detection/placement.hpp"

#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// An image of grey rows, and one object where `rows` has a digit other than 0. Its box goes round it.
DetectionExample digits(const std::vector<std::string>& rows) {
  const int64_t H = std::ssize(rows), W = std::ssize(rows[0]);
  DetectionExample example{.image = {.height = H, .width = W, .pixels = {}}, .objects = {}};
  std::vector<uint8_t> on;
  for (const std::string& row : rows) {
    for (const char digit : row) {
      on.push_back(digit != '0');
      for (int c = 0; c < 3; ++c) example.image.pixels.push_back(static_cast<uint8_t>(20 * (digit - '0')));
    }
  }
  const Rle mask = encode_rle(on, H, W);
  example.objects.push_back({.box = bounding_box(mask),
                             .label = 4,
                             .area = static_cast<double>(area(mask)),
                             .crowd = true,
                             .mask = mask});
  return example;
}

// Back to digits, with a minus for black without a mask.
std::vector<std::string> shown(const DetectionExample& example) {
  std::vector<uint8_t> on(static_cast<size_t>(example.image.height * example.image.width));
  if (!example.objects.empty()) on = decode_rle(*example.objects[0].mask);
  std::vector<std::string> rows(static_cast<size_t>(example.image.height));
  for (size_t p = 0; p < on.size(); ++p) {
    const int digit = example.image.pixels[3 * p] / 20;
    CHECK((digit != 0) == (on[p] != 0));  // image and mask go together
    rows[p / static_cast<size_t>(example.image.width)] += static_cast<char>('0' + digit);
  }
  return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("placement: an image is as large as the canvas takes it", "[data][detection]") {
  CHECK(fitted_placement(100, 50, {64, 64}) == Placement{100, 50, 64, 32, 0, 0, false});
  CHECK(fitted_placement(20, 64, {64, 64}) == Placement{20, 64, 20, 64, 0, 0, false});
  CHECK(fitted_placement(10, 16, {64, 64}) == Placement{10, 16, 40, 64, 0, 0, false});
  CHECK(fitted_placement(1000, 1, {64, 64}).width == 1);
}

TEST_CASE("placement: boxes go to the canvas and back", "[data][detection]") {
  const Box box = {10, 20, 30, 5};
  const Placement placement = {
      .image_height = 50, .image_width = 100, .height = 100, .width = 150, .top = 7, .left = -3};
  CHECK(placement.to_canvas(box) == Box{12, 47, 45, 10});
  CHECK(placement.to_image({12, 47, 45, 10}) == box);
  Placement mirrored = placement;
  mirrored.mirrored = true;
  CHECK(mirrored.to_canvas(box) == Box{87, 47, 45, 10});  // 60 from the right end: -3 + 1.5 * 60
  const Box back = mirrored.to_image({87, 47, 45, 10});
  CHECK(back.x == Approx(10));
  CHECK(back.width == Approx(30));
  // What reaches beyond the image is cut off.
  CHECK(placement.to_image({-30, 87, 45, 1000}) == Box{0, 40, 12, 10});
  const Box outside = placement.to_image({-30, 200, 5, 5});
  CHECK(outside.area() == 0);
}

TEST_CASE("placement: image, mask and box move together", "[data][detection]") {
  const DetectionExample example = digits({"0120", "0300"});
  const auto place = [&](int64_t height, int64_t width, int64_t top, int64_t left, bool mirrored,
                         CanvasSize canvas) {
    return placed(example, {2, 4, height, width, top, left, mirrored}, canvas);
  };
  const DetectionExample same = place(2, 4, 0, 0, false, {2, 4});
  CHECK(same.image.pixels == example.image.pixels);
  CHECK(same.objects[0].mask == example.objects[0].mask);
  CHECK(same.objects[0].box == example.objects[0].box);
  CHECK(same.objects[0].label == 4);
  CHECK(same.objects[0].crowd);

  const DetectionExample mirrored = place(2, 4, 0, 0, true, {2, 4});
  CHECK(shown(mirrored) == Rows{"0210", "0030"});
  CHECK(mirrored.objects[0].box == Box{1, 0, 2, 2});

  const DetectionExample moved = place(2, 4, 1, 2, false, {4, 7});
  CHECK(shown(moved) == Rows{"0000000", "0001200", "0003000", "0000000"});
  CHECK(moved.objects[0].box == Box{3, 1, 2, 2});
  CHECK(moved.objects[0].area == 3);

  // Cut on the left: the box goes round what is left.
  const DetectionExample cut = place(2, 4, 0, -2, false, {2, 3});
  CHECK(shown(cut) == Rows{"200", "000"});
  CHECK(cut.objects[0].box == Box{0, 0, 1, 1});
  CHECK(cut.objects[0].area == 1);
  const DetectionExample cut_mirrored = place(2, 4, 0, -2, true, {2, 3});
  CHECK(shown(cut_mirrored) == Rows{"100", "300"});

  CHECK(place(2, 4, 0, -3, false, {2, 3}).objects.empty());
  CHECK(shown(place(2, 4, 0, 3, false, {2, 4})) ==
        Rows{"0000", "0000"});  // its box would be left, but no pixel
}

TEST_CASE("placement: masks take the nearest pixel, boxes the same scale", "[data][detection]") {
  const DetectionExample example = digits({"05", "00", "00"});
  const DetectionExample large = placed(example, {3, 2, 6, 6, 0, 0, false}, {6, 6});
  CHECK(*large.objects[0].mask == encode_rle(std::vector<uint8_t>{0, 0, 0, 1, 1, 1,  //
                                                                  0, 0, 0, 1, 1, 1,  //
                                                                  0, 0, 0, 0, 0, 0,  //
                                                                  0, 0, 0, 0, 0, 0,  //
                                                                  0, 0, 0, 0, 0, 0,  //
                                                                  0, 0, 0, 0, 0, 0},
                                             6, 6));
  CHECK(large.objects[0].box == Box{3, 0, 3, 2});
  CHECK(large.objects[0].area == 6);
  CHECK(large.image.pixels[3 * 5] == 100);
  CHECK(large.image.pixels[3 * 35] == 0);
  const Rle ends = encode_rle(std::vector<uint8_t>{1, 0, 1}, 1, 3);  // the middle one is dropped
  const DetectionExample three = {.image = {.height = 1, .width = 3, .pixels = std::vector<uint8_t>(9)},
                                  .objects = {{.box = {0, 0, 3, 1}, .area = 2, .mask = ends}}};
  CHECK(placed(three, {1, 3, 1, 2, 0, 0, false}, {1, 2}).objects[0].area == 2);
  // Half as large, the object is half a pixel wide.
  CHECK(placed(example, {3, 2, 3, 1, 0, 0, false}, {3, 1}).objects.empty());
}

TEST_CASE("placement: an object without a mask is its box", "[data][detection]") {
  DetectionExample example = digits({"0000000000", "0000000000"});
  const auto object = [](const Box& box) { return DetectionObject{.box = box, .area = 8}; };
  example.objects = {object({0, 0, 8, 2}), object({0, 0, 5.05, 2}), object({0, 0, 5.75, 2})};
  const DetectionExample cut = placed(example, {2, 10, 4, 20, 0, -10, false}, {4, 20});
  REQUIRE(cut.objects.size() == 2);  // of the second, not a tenth is left
  CHECK(cut.objects[0].box == Box{0, 0, 6, 4});
  CHECK(cut.objects[0].area == Approx(8 * 4 * 6. / 16));
  CHECK(cut.objects[1].box == Box{0, 0, 1.5, 4});
  example.objects = {object({5, 0, 4, 0.25})};
  CHECK(placed(example, {2, 10, 2, 10, 0, 0, false}, {2, 10}).objects.empty());  // lower than a pixel
}
