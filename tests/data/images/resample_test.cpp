// Against Pillow, see make_resample_golden.py.
#include "data/images/resample.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "core/files/safetensors.hpp"
#include "data/images/image_file.hpp"
#include "tests/catch.hpp"

using namespace eca;

static const TensorFile& pillow() {
  static const TensorFile file = read_safetensors("tests/data/images/resample.safetensors");
  return file;
}

static Image image_of(const std::string& name) {
  const FileTensor& tensor = pillow().tensors.at(name);
  Image image = {.height = tensor.shape.at(0), .width = tensor.shape.at(1)};
  for (const real value : tensor.reals()) image.pixels.push_back(static_cast<uint8_t>(value));
  return image;
}

static std::vector<int64_t> numbers_of(const std::string& name) {
  std::istringstream text(pillow().metadata.at(name));
  std::vector<int64_t> numbers;
  for (int64_t number = 0; text >> number;) numbers.push_back(number);
  return numbers;
}

// Pillow rounds between the axes, so that a value may be off by one. Returns the share of those that are.
static double check_within_one(const std::vector<uint8_t>& found, const Image& expected) {
  REQUIRE(found.size() == expected.pixels.size());
  int worst = 0;
  size_t off = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    const int difference = std::abs(found[i] - expected.pixels[i]);
    worst = std::max(worst, difference);
    off += difference > 0;
  }
  CHECK(worst <= 1);
  return static_cast<double>(off) / static_cast<double>(found.size());
}

TEST_CASE("a box of an image is resized as by Pillow", "[data]") {
  const std::string name =
      GENERATE("smaller", "much smaller", "larger", "one axis each way", "one pixel", "as it is");
  CAPTURE(name);
  const Image image = image_of(name + " image");
  const std::vector<int64_t> n = numbers_of(name);
  REQUIRE(n.size() == 6);
  const PixelBox box = {.top = n[0], .left = n[1], .height = n[2], .width = n[3]};
  CHECK(check_within_one(resampled_box(view_of(image), box, n[4], n[5]), image_of(name + " resized")) < 0.3);
}

TEST_CASE("the middle of a resized image is that of Pillow", "[data]") {
  const std::string name = GENERATE("down", "up", "portrait");
  CAPTURE(name);
  const Image image = image_of(name + " image");
  const std::vector<int64_t> n = numbers_of(name);
  REQUIRE(n.size() == 2);
  CHECK(check_within_one(resized_and_cropped(image, n[1], 3, n[0]), image_of(name + " middle")) < 0.3);
}
