#include "tests/data/images/image_writer.hpp"

#include <stdexcept>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace eca::test {

static void append(void* file, void* data, int size) {
  const auto* bytes = static_cast<const uint8_t*>(data);
  auto* out = static_cast<std::vector<uint8_t>*>(file);
  out->insert(out->end(), bytes, bytes + size);
}

std::vector<uint8_t> encode_png(const std::vector<uint8_t>& pixels, int height, int width, int channels) {
  std::vector<uint8_t> file;
  const int ok = stbi_write_png_to_func(append, &file, width, height, channels, pixels.data(), /*stride=*/0);
  if (!ok) throw std::runtime_error("encode_png failed");
  return file;
}

std::vector<uint8_t> encode_jpeg(const std::vector<uint8_t>& pixels, int height, int width, int channels) {
  std::vector<uint8_t> file;
  const int ok =
      stbi_write_jpg_to_func(append, &file, width, height, channels, pixels.data(), /*quality=*/95);
  if (!ok) throw std::runtime_error("encode_jpeg failed");
  return file;
}

std::vector<uint8_t> plain_image(int height, int width, const std::vector<uint8_t>& colour) {
  std::vector<uint8_t> pixels;
  for (int p = 0; p < height * width; ++p) pixels.insert(pixels.end(), colour.begin(), colour.end());
  return pixels;
}

}  // namespace eca::test
