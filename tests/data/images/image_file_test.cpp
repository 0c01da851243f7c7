#include "data/images/image_file.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/data/images/image_writer.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

using Bytes = std::vector<uint8_t>;

// RGB: red grows with x, green with y, 2 a pixel; blue is constant.
static Bytes ramp(int height, int width) {
  Bytes pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {2 * x, 2 * y, 77}) pixels.push_back(static_cast<uint8_t>(value));
    }
  }
  return pixels;
}

TEST_CASE("read_image returns a PNG of the right size untouched", "[data]") {
  const TempDir dir;
  write_file(dir.file("a.png"), encode_png(ramp(16, 16), 16, 16, 3));
  CHECK(read_image(dir.file("a.png"), 16, 3) == ramp(16, 16));
}

TEST_CASE("read_image drops transparency and converts between grey and RGB", "[data]") {
  const TempDir dir;
  write_file(dir.file("rgba.png"), encode_png(plain_image(4, 4, {10, 20, 30, 99}), 4, 4, 4));
  CHECK(read_image(dir.file("rgba.png"), 4, 3) == plain_image(4, 4, {10, 20, 30}));
  write_file(dir.file("grey.png"), encode_png(plain_image(4, 4, {50}), 4, 4, 1));
  CHECK(read_image(dir.file("grey.png"), 4, 3) == plain_image(4, 4, {50, 50, 50}));
  CHECK(read_image(dir.file("grey.png"), 4, 1) == plain_image(4, 4, {50}));
  // Luma by ITU-R BT.601: 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2.
  write_file(dir.file("rgb.png"), encode_png(plain_image(4, 4, {200, 100, 50}), 4, 4, 3));
  CHECK(std::abs(read_image(dir.file("rgb.png"), 4, 1)[0] - 124) <= 1);
}

TEST_CASE("read_image reads a JPEG up to its loss", "[data]") {
  const TempDir dir;
  write_file(dir.file("a.jpg"), encode_jpeg(plain_image(20, 20, {200, 100, 50}), 20, 20, 3));
  const Bytes pixels = read_image(dir.file("a.jpg"), 20, 3);
  REQUIRE(pixels.size() == 20 * 20 * 3);
  const Bytes expected = plain_image(20, 20, {200, 100, 50});
  int worst = 0;
  for (size_t i = 0; i < pixels.size(); ++i) worst = std::max(worst, std::abs(pixels[i] - expected[i]));
  CHECK(worst <= 3);
}

// The middle of output pixel i lies at (i + 0.5) * factor of a side that is not cropped; the crop adds `cropped`.
static double ramp_value(int i, double factor, double cropped) {
  return 2 * ((i + 0.5) * factor + cropped - 0.5);
}

TEST_CASE("read_image resizes the shorter side and crops the middle of the longer one", "[data]") {
  const TempDir dir;
  struct Case {
    int height, width, size;
    double cropped_y, cropped_x;  // pixels of the file on each side
  };
  const Case c = GENERATE(Case{32, 64, 16, 0, 16}, Case{64, 32, 16, 16, 0}, Case{48, 48, 16, 0, 0},
                          Case{30, 61, 20, 0, 15.5}, Case{8, 24, 16, 0, 8}, Case{16, 20, 16, 0, 2});
  CAPTURE(c.height, c.width, c.size);
  write_file(dir.file("ramp.png"), encode_png(ramp(c.height, c.width), c.height, c.width, 3));
  const Bytes pixels = read_image(dir.file("ramp.png"), c.size, 3);
  REQUIRE(pixels.size() == static_cast<size_t>(c.size * c.size * 3));

  // A linear ramp stays one under any symmetric filter, except where the filter reaches over the border.
  const double factor = std::min(c.height, c.width) / static_cast<double>(c.size);
  double worst = 0;
  for (int y = 1; y < c.size - 1; ++y) {
    for (int x = 1; x < c.size - 1; ++x) {
      const uint8_t* pixel = &pixels[static_cast<size_t>((y * c.size + x) * 3)];
      worst = std::max(worst, std::abs(pixel[0] - ramp_value(x, factor, c.cropped_x)));
      worst = std::max(worst, std::abs(pixel[1] - ramp_value(y, factor, c.cropped_y)));
      worst = std::max(worst, std::abs(pixel[2] - 77.0));
    }
  }
  CHECK(worst < 1);
}

TEST_CASE("a plain image stays plain from every size", "[data]") {
  constexpr int size = 32;
  for (int side = 1; side <= 4 * size; ++side) {
    for (const int longer : {side, 2 * side + 1}) {
      CAPTURE(side, longer);
      const Bytes plain = plain_image(side, longer, {200, 100, 50});
      CHECK(resized_and_cropped({.height = side, .width = longer, .pixels = plain}, size, 3) ==
            plain_image(size, size, {200, 100, 50}));
    }
  }
}

TEST_CASE("read_image does not alias when it shrinks", "[data]") {
  const TempDir dir;
  Bytes stripes;  // black and white columns in turn
  for (int p = 0; p < 64 * 64; ++p) stripes.push_back(p % 2 ? 255 : 0);
  write_file(dir.file("stripes.png"), encode_png(stripes, 64, 64, 1));
  const Bytes pixels = read_image(dir.file("stripes.png"), 8, 1);
  int worst = 0;  // except at the border, whose column the filter repeats
  for (int p = 0; p < 64; ++p) {
    if (p % 8 != 0 && p % 8 != 7) worst = std::max(worst, std::abs(pixels[static_cast<size_t>(p)] - 127));
  }
  CHECK(worst <= 1);
}

TEST_CASE("read_image refuses sizes and channels it cannot give", "[data]") {
  CHECK_THAT(error_text<Error>([] { read_image("any.png", 0, 3); }),
             contains("image size 0: expected 1..4096"));
  CHECK_THAT(error_text<Error>([] { read_image("any.png", 5000, 3); }), contains("image size 5000"));
  CHECK_THAT(error_text<Error>([] { read_image("any.png", 32, 2); }),
             contains("channels 2: expected 1 or 3"));
}

// Noise, so that the compressed data is long.
static Bytes noisy_image(int size) {
  Bytes pixels(static_cast<size_t>(size * size * 3));
  uint32_t state = 1;
  for (uint8_t& pixel : pixels) {
    state = state * 1664525 + 1013904223;
    pixel = static_cast<uint8_t>(state >> 24);
  }
  return pixels;
}

static std::string text_for(const TempDir& dir, const std::string& name, const Bytes& bytes) {
  write_file(dir.file(name), bytes);
  return error_text<FileError>([&] { read_image(dir.file(name), 32, 3); });
}

TEST_CASE("a JPEG cut anywhere is reported as truncated", "[data]") {
  const TempDir dir;
  Bytes bytes = encode_jpeg(noisy_image(32), 32, 32, 3);
  const size_t removed = GENERATE(1, 2, 3, 100, 700, 1000);
  CAPTURE(removed, bytes.size());
  REQUIRE(removed + 700 < bytes.size());  // the cut is behind the headers
  bytes.resize(bytes.size() - removed);
  CHECK_THAT(text_for(dir, "cut.jpg", bytes),
             contains(dir.file("cut.jpg")) && contains("truncated or damaged JPEG"));
}

TEST_CASE("bytes after the end of a JPEG do no harm", "[data]") {
  const TempDir dir;
  Bytes bytes = encode_jpeg(plain_image(32, 32, {9, 9, 9}), 32, 32, 3);
  bytes.insert(bytes.end(), {0, 0, 'x', 0xFF});
  write_file(dir.file("a.jpg"), bytes);
  CHECK(read_image(dir.file("a.jpg"), 32, 3).size() == 32 * 32 * 3);
}

TEST_CASE("the end marker of a thumbnail does not pass for the end of a JPEG", "[data]") {
  const TempDir dir;
  Bytes bytes = encode_jpeg(noisy_image(32), 32, 32, 3);
  const Bytes metadata = {0xFF, 0xE1, 0, 8, 1, 2, 0xFF, 0xD9, 3, 4};  // an APP1 segment of 8 bytes
  bytes.insert(bytes.begin() + 2, metadata.begin(), metadata.end());
  write_file(dir.file("whole.jpg"), bytes);
  CHECK(read_image(dir.file("whole.jpg"), 32, 3).size() == 32 * 32 * 3);
  bytes.resize(bytes.size() - 50);
  CHECK_THAT(text_for(dir, "cut.jpg", bytes), contains("truncated or damaged JPEG"));
}

TEST_CASE("a damaged header of a JPEG is reported with the decoder's reason", "[data]") {
  const TempDir dir;
  Bytes bytes = encode_jpeg(noisy_image(32), 32, 32, 3);
  const auto frame = std::search_n(bytes.begin(), bytes.end(), 1, 0xC0) - bytes.begin();
  REQUIRE(bytes[frame - 1] == 0xFF);  // start of frame: FF C0, length (2), precision, height (2), width (2)
  bytes[frame + 3] = 12;              // bits a sample
  CHECK_THAT(text_for(dir, "bad.jpg", bytes),
             contains(dir.file("bad.jpg")) &&
                 contains("truncated or damaged JPEG: Unsupported JPEG data precision 12"));
}

TEST_CASE("a PNG cut anywhere is reported as truncated", "[data]") {
  const TempDir dir;
  Bytes bytes = encode_png(noisy_image(32), 32, 32, 3);
  const size_t removed = GENERATE(1, 11, 12, 13, 500, 3000);
  CAPTURE(removed, bytes.size());
  REQUIRE(removed + 8 < bytes.size());
  bytes.resize(bytes.size() - removed);
  CHECK_THAT(text_for(dir, "cut.png", bytes),
             contains(dir.file("cut.png")) && contains("truncated or damaged PNG"));
}

TEST_CASE("a flipped bit of a PNG is reported", "[data]") {
  const TempDir dir;
  Bytes bytes = encode_png(noisy_image(32), 32, 32, 3);
  SECTION("in the pixels") {
    bytes[bytes.size() / 2] ^= 1;
    CHECK_THAT(text_for(dir, "bad.png", bytes), contains("damaged PNG: IDAT: "));
  }
  SECTION("in the width") {
    bytes[19] ^= 1;
    CHECK_THAT(text_for(dir, "bad.png", bytes), contains("damaged PNG: IHDR: CRC error"));
  }
  SECTION("in the length of a chunk") {
    bytes[8] ^= 0x40;
    CHECK_THAT(text_for(dir, "bad.png", bytes), contains("truncated or damaged PNG"));
  }
}

TEST_CASE("what is not an image is refused whatever it is called", "[data]") {
  const TempDir dir;
  CHECK_THAT(text_for(dir, "empty.png", {}), contains(dir.file("empty.png")) && contains("is empty"));
  CHECK_THAT(
      text_for(dir, "text.jpg", {'h', 'e', 'l', 'l', 'o'}),
      contains(
          "text.jpg: is no image that can be read, expected a JPEG, PNG, BMP, TGA, or binary PGM or PPM"));
  CHECK_THAT(error_text<FileError>([&] { read_image(dir.file("none.png"), 32, 3); }),
             contains("No such file"));
}
