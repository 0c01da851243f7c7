#include "experiments/detection/draw_objects.hpp"

#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

namespace {

Image black_image(int64_t height, int64_t width) {
  return {.height = height,
          .width = width,
          .pixels = std::vector<uint8_t>(static_cast<size_t>(3 * height * width))};
}

constexpr Colour kBlack = {0, 0, 0};

int64_t count_of(const Picture& picture, Colour colour) {
  int64_t count = 0;
  for (int64_t y = 0; y < picture.height(); ++y) {
    for (int64_t x = 0; x < picture.width(); ++x) count += picture.at(x, y) == colour;
  }
  return count;
}

}  // namespace

TEST_CASE("draw objects: box, mask and tag lie where the object lies", "[drawing][detection]") {
  std::vector<uint8_t> on(20 * 30);
  on[12 * 30 + 11] = 1;
  const DrawnObject object = {.box = {10, 10, 6, 5}, .text = "", .label = 1, .mask = encode_rle(on, 20, 30)};
  const Picture picture = draw_objects(black_image(20, 30), {object}, 120);
  const Colour colour = class_colour(1);
  REQUIRE(picture.width() == 120);
  REQUIRE(picture.height() == 80);
  CHECK(count_of(picture, colour) == 2 * (2 * 24 + 2 * 20) - 16);  // a line of two pixels round 24 x 20
  CHECK(picture.at(40, 40) == colour);
  CHECK(picture.at(63, 59) == colour);
  CHECK(picture.at(64, 59) == kBlack);
  const Colour veil = mixed(kBlack, colour, 0.45);
  CHECK(count_of(picture, veil) == 4 * 4);
  CHECK(picture.at(44, 48) == veil);
  CHECK(picture.at(47, 51) == veil);

  DrawnObject tagged = object;
  tagged.text = "ii";
  const Picture with_tag = draw_objects(black_image(20, 30), {tagged}, 120);
  CHECK(with_tag.at(40, 29) == colour);  // 12 pixels high, above the box
  CHECK(with_tag.at(40, 27) == kBlack);
  CHECK(count_of(with_tag, kInk) > 0);
  tagged.box = {28, 0, 2, 20};  // no room above, nor to the right
  const Picture inside = draw_objects(black_image(20, 30), {tagged}, 120);
  CHECK(inside.at(119, 11) == colour);
  CHECK(count_of(inside, kInk) > 0);
}

TEST_CASE("draw objects: crowds are dashed, names have their scores", "[drawing][detection]") {
  const std::vector<std::string> classes = {"cat", "dog"};
  const DetectionObject object = {.box = {2, 2, 16, 16}, .label = 1, .area = 256, .crowd = true};
  DrawnObject crowd = drawn(object, classes);
  CHECK(crowd.text == "crowd of dog");
  CHECK(crowd.dashed);
  CHECK(drawn({.label = 0}, classes).text == "cat");
  CHECK(text_with_score("cat", 0.926) == "cat 0.93");
  crowd.text = "";
  const Picture picture = draw_objects(black_image(20, 20), {crowd}, 20);
  CHECK(picture.at(5, 2) == class_colour(1));
  CHECK(picture.at(6, 2) == kBlack);
  CHECK(picture.at(10, 2) == class_colour(1));
}

TEST_CASE("draw objects: what lies beside the image is not drawn", "[drawing][detection]") {
  const Picture picture =
      draw_objects(black_image(10, 10), {{.box = {-1e300, 5, 2e300, 1e18}, .text = "", .label = 0}}, 10);
  CHECK(count_of(picture, class_colour(0)) == 2 * 10);  // its upper edge
  CHECK(picture.at(0, 5) == class_colour(0));
  CHECK(class_colour(13) == class_colour(1));
}
