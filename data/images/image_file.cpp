#include "data/images/image_file.hpp"

#include <stb/stb_image_resize.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/images/decode_image.hpp"

namespace eca {

// (height,width,channels)
static std::vector<uint8_t> with_channels(const Image& image, int64_t channels) {
  if (channels == 3) return image.pixels;
  std::vector<uint8_t> grey;
  grey.reserve(image.pixels.size() / 3);
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    const uint8_t* rgb = &image.pixels[i];
    grey.push_back(static_cast<uint8_t>((19595 * rgb[0] + 38470 * rgb[1] + 7471 * rgb[2] + 0x8000) >> 16));
  }
  return grey;
}

// Resamples straight into the crop: output pixel (y,x) lies at
//   ((y + 0.5 + shift_y) / scale - 0.5, (x + 0.5 + shift_x) / scale - 0.5)
// of the input, where the shift puts the middle of the resampled image into the middle of the crop.
std::vector<uint8_t> resized_and_cropped(const std::string& path, const Image& image, int64_t size,
                                         int64_t channels) {
  std::vector<uint8_t> pixels = with_channels(image, channels);
  if (image.height == size && image.width == size) return pixels;
  const auto side = static_cast<float>(size);
  const auto width = static_cast<float>(image.width), height = static_cast<float>(image.height);
  const float scale = side / std::min(height, width);
  const float shift_x = (width * scale - side) / 2;
  const float shift_y = (height * scale - side) / 2;
  std::vector<uint8_t> out(static_cast<size_t>(size * size * channels));
  const int ok = stbir_resize_subpixel(
      pixels.data(), static_cast<int>(image.width), static_cast<int>(image.height), /*input stride=*/0,
      out.data(), static_cast<int>(size), static_cast<int>(size), /*output stride=*/0, STBIR_TYPE_UINT8,
      static_cast<int>(channels), STBIR_ALPHA_CHANNEL_NONE, /*flags=*/0, STBIR_EDGE_CLAMP, STBIR_EDGE_CLAMP,
      STBIR_FILTER_TRIANGLE, STBIR_FILTER_TRIANGLE, STBIR_COLORSPACE_LINEAR, /*allocator=*/nullptr, scale,
      scale, shift_x, shift_y);
  if (!ok) throw FileError(path, "cannot be resampled: out of memory");
  return out;
}

void check_image_size(int64_t size) {
  if (size >= 1 && size <= kMaxImageSize) return;
  throw Error("image size " + std::to_string(size) + ": expected 1.." + std::to_string(kMaxImageSize));
}

std::vector<uint8_t> read_image(const std::string& path, int64_t size, int64_t channels,
                                const ReadImageOptions& options) {
  check_image_size(size);
  if (channels != 1 && channels != 3)
    throw Error("image channels " + std::to_string(channels) + ": expected 1 or 3");
  const Image image = decode_image(path, read_bytes(path), options.exif);
  return resized_and_cropped(path, image, size, channels);
}

}  // namespace eca
