// Against Pillow, see make_images.py; and what the decoders must refuse.
#include "data/images/decode_image.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/files/safetensors.hpp"
#include "data/file_bytes.hpp"
#include "data/images/exif.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

using Bytes = std::vector<uint8_t>;

static const std::string kFolder = "tests/data/images/";

static Bytes file_bytes(const std::string& name) { return read_bytes(kFolder + "files/" + name); }

// JPEG: Pillow may stand on another decoder than this program, and rounding differs. All others are exact.
static void check_pixels(const std::string& name, const Image& image, const FileTensor& expected) {
  INFO(name);
  REQUIRE(std::vector<int64_t>{image.height, image.width, 3} == expected.shape);
  const std::vector<real> values = expected.reals();
  REQUIRE(image.pixels.size() == values.size());
  int worst = 0;
  for (size_t i = 0; i < values.size(); ++i)
    worst = std::max(worst, std::abs(image.pixels[i] - static_cast<int>(values[i])));
  CHECK(worst <= (name.find(".jpg") == std::string::npos ? 0 : 2));
}

TEST_CASE("every kind of image file gives the pixels that Pillow gives", "[data]") {
  const TensorFile expected = read_safetensors(kFolder + "expected.safetensors");
  REQUIRE(expected.tensors.size() == 48);
  for (const auto& [name, pixels] : expected.tensors) {
    const size_t blank = name.find(' ');  // "exif6.jpg upright"
    const std::string file = name.substr(0, blank);
    check_pixels(name, decode_image(file, file_bytes(file), /*exif=*/blank != std::string::npos), pixels);
  }
}

// ---- orientation ----

// A TIFF structure with one entry.
static Bytes tiff(uint8_t tag, uint8_t type, uint8_t count, uint8_t value) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, tag, 0, type, 0, 0, 0, count, 0, value, 0, 0, 0, 0, 0, 0};
}

TEST_CASE("exif_orientation reads both byte orders, and nothing beyond the end", "[data]") {
  CHECK(exif_orientation(tiff(0x12, 3, 1, 6)) == 6);
  const Bytes little = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0};
  CHECK(exif_orientation(little) == 8);
  for (const Bytes& other : {tiff(0x13, 3, 1, 6), tiff(0x12, 4, 1, 6), tiff(0x12, 3, 2, 6),
                             tiff(0x12, 3, 1, 0), tiff(0x12, 3, 1, 9)}) {
    CHECK(exif_orientation(other) == 1);
  }
  Bytes cut = tiff(0x12, 3, 1, 6);
  for (cut.resize(19); !cut.empty(); cut.pop_back()) CHECK(exif_orientation(cut) == 1);
  Bytes far = tiff(0x12, 3, 1, 6);
  far[4] = far[5] = far[6] = far[7] = 0xFF;  // the directory begins behind the end
  CHECK(exif_orientation(far) == 1);
}

TEST_CASE("a damaged orientation does not stop an image from being read", "[data]") {
  Bytes bytes = file_bytes("exif6.jpg");
  const Bytes tag = {0x01, 0x12, 0, 3};
  const auto found = std::search(bytes.begin(), bytes.end(), tag.begin(), tag.end());
  REQUIRE(found != bytes.end());
  found[9] = 200;
  const Image image = decode_image("a.jpg", bytes, /*exif=*/true);
  CHECK(image.width == 17);
}

// ---- what is refused ----

static std::string refusal(const std::string& path, const Bytes& bytes) {
  return error_text<FileError>([&] { decode_image(path, bytes); });
}

TEST_CASE("a file cut anywhere is refused with its name, in every format", "[data]") {
  for (const char* name :
       {"subsampled.jpg", "progressive.jpg", "cmyk.jpg", "grey.jpg", "rgb.png", "palette.png", "rgb.bmp",
        "palette.bmp", "rgb.tga", "runs.tga", "palette.tga", "rgb.ppm", "grey_16.pgm"}) {
    const Bytes whole = file_bytes(name);
    for (size_t size = 0; size < whole.size(); ++size) {
      INFO(name << ", the first " << size << " of " << whole.size() << " bytes");
      // A BMP, PNM or TGA ends with its pixels; Pillow's TGA has a footer behind them.
      if (std::string(name).ends_with(".tga") && size + 26 >= whole.size()) continue;
      CHECK_THAT(refusal(name, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
                 contains(name));
    }
  }
}

// The first table's 16 counts of codes of each length.
static size_t huffman_counts(const Bytes& jpeg) {
  const Bytes marker = {0xFF, 0xC4};
  return static_cast<size_t>(std::search(jpeg.begin(), jpeg.end(), marker.begin(), marker.end()) -
                             jpeg.begin()) +
         5;
}

TEST_CASE("a JPEG whose Huffman table has more than 256 codes is refused", "[data]") {
  Bytes bytes = file_bytes("rgb.jpg");
  const size_t counts = huffman_counts(bytes);
  REQUIRE(counts + 16 < bytes.size());
  for (size_t i = 0; i < 16; ++i) bytes[counts + i] = i == 15 ? 17 : 16;  // 257
  CHECK_THAT(refusal("a.jpg", bytes),
             contains("a.jpg: is a truncated or damaged JPEG: Bogus Huffman table definition"));
}

TEST_CASE("extents that the file cannot hold are refused before memory is taken", "[data]") {
  CHECK_THAT(refusal("a.bmp",
                     [] {
                       Bytes bmp = file_bytes("rgb.bmp");
                       bmp[20] = bmp[24] = 0x40;  // 2^22 + 17 wide, 2^22 + 11 high
                       return bmp;
                     }()),
             contains("a.bmp: is too large: 4194321x4194315 pixels, at most 134217728"));
  CHECK_THAT(
      refusal("a.ppm", {'P', '6', ' ', '9', '0', '0', '0', ' ', '9', '0', '0', '0', ' ', '9', '\n', 1}),
      contains("a.ppm: is damaged: its header says 9000x9000 pixels, more than its 16 bytes can hold"));
  CHECK_THAT(refusal("a.ppm", {'P', '6', ' ', '0', ' ', '5', ' ', '9', '\n'}),
             contains("its header says 0x5 pixels"));
}

TEST_CASE("formats that are not read are named", "[data]") {
  const auto text = [](const std::string& start) {
    return refusal("a.img", Bytes(start.begin(), start.end()));
  };
  CHECK_THAT(text("GIF89a......"),
             contains("a.img: is a GIF, expected a JPEG, PNG, BMP, TGA, or binary PGM or PPM"));
  CHECK_THAT(text(std::string("RIFF\0\0\0\0WEBPVP8 ", 16)), contains("is a WebP"));
  CHECK_THAT(text(std::string("II*\0....", 8)), contains("is a TIFF"));
  CHECK_THAT(text(std::string("\0\0\0\x1c"
                              "ftypavif",
                              12)),
             contains("is an AVIF"));
  CHECK_THAT(text(std::string("\0\0\0\x1c"
                              "ftypheic",
                              12)),
             contains("is a HEIC"));
  CHECK_THAT(text("P3 2 2 255 "), contains("is a PNM of the kind P3"));
  CHECK_THAT(text("version https://git-lfs.github.com/spec/v1"), contains("is a pointer of git-lfs"));
}

TEST_CASE("damaged headers of BMP, TGA and PNM are refused", "[data]") {
  struct Change {
    size_t at;
    uint8_t value;
  };
  const auto changed = [](const std::string& name, const std::vector<Change>& changes) {
    Bytes bytes = file_bytes(name);
    for (const Change& c : changes) bytes.at(c.at) = c.value;
    return refusal(name, bytes);
  };
  CHECK_THAT(changed("rgb.bmp", {{14, 30}}), contains("its header has 30 bytes, expected 12 or at least 40"));
  CHECK_THAT(changed("rgb.bmp", {{28, 7}}), contains("7 bits a pixel, expected 1, 4, 8, 16, 24 or 32"));
  CHECK_THAT(changed("rgb.bmp", {{30, 1}}), contains("it is compressed (1); convert it to PNG"));
  CHECK_THAT(changed("rgb.bmp", {{30, 3}}), contains("masks need 16 or 32 bits a pixel"));
  CHECK_THAT(changed("rgba.bmp", {{30, 3}, {54, 0}, {55, 0}, {56, 0}, {57, 0}}), contains("a mask is 0"));
  CHECK_THAT(changed("palette.bmp", {{47, 2}}),
             contains("its palette has 512 colours, more than 8 bits can choose from"));
  CHECK_THAT(changed("grey.bmp", {{46, 2}, {47, 0}}), contains("of a palette of 2"));
  CHECK_THAT(changed("rgb.tga", {{2, 4}}), contains("type 4, expected 1, 2, 3, 9, 10 or 11"));
  CHECK_THAT(changed("rgb.tga", {{16, 8}}), contains("8 bits a pixel do not fit type 2"));
  CHECK_THAT(changed("palette.tga", {{7, 9}}), contains("expected a palette of colours"));
  CHECK_THAT(changed("palette.tga", {{5, 1}, {6, 0}}), contains("of a palette that ends before it"));
  CHECK_THAT(changed("few_levels.pgm", {{3, 'x'}}), contains("width: expected a number and a blank"));
  CHECK_THAT(changed("few_levels.pgm", {{9, '0'}}), contains("largest value: expected 1..65535, found 0"));
  CHECK_THAT(refusal("a.pgm", {'P', '5', ' ', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', ' '}),
             contains("width: too large"));
}
