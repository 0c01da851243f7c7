#include "data/images/image_file.hpp"

#include <stb/stb_image.h>
#include <stb/stb_image_resize.h>

#include <algorithm>
#include <climits>
#include <memory>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"

namespace eca {

// An image as decoded: (height,width,channels).
struct DecodedImage {
  int height = 0, width = 0;
  std::unique_ptr<uint8_t, void (*)(void*)> pixels{nullptr, stbi_image_free};
};

static DecodedImage decode(const std::string& path, int64_t channels) {
  const std::vector<uint8_t> bytes = read_bytes(path);
  check_image_is_whole(path, bytes);
  if (bytes.size() > INT_MAX) throw FileError(path, "is too large: more than 2 GB");
  DecodedImage image;
  int channels_in_file = 0;
  image.pixels.reset(stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &image.width,
                                           &image.height, &channels_in_file, static_cast<int>(channels)));
  if (!image.pixels) throw FileError(path, std::string("cannot be decoded: ") + stbi_failure_reason());
  return image;
}

// Resamples straight into the crop: output pixel (y,x) lies at ((y + 0.5 + shift_y) / scale - 0.5, ...) of
// the input, where the shift puts the middle of the resampled image into the middle of the crop.
static std::vector<uint8_t> resize_and_crop(const std::string& path, const DecodedImage& image, int size,
                                            int channels) {
  const float scale = static_cast<float>(size) / static_cast<float>(std::min(image.height, image.width));
  const float shift_x = (static_cast<float>(image.width) * scale - static_cast<float>(size)) / 2;
  const float shift_y = (static_cast<float>(image.height) * scale - static_cast<float>(size)) / 2;
  std::vector<uint8_t> out(static_cast<size_t>(size) * static_cast<size_t>(size * channels));
  const int ok = stbir_resize_subpixel(
      image.pixels.get(), image.width, image.height, /*input stride=*/0, out.data(), size, size,
      /*output stride=*/0, STBIR_TYPE_UINT8, channels, STBIR_ALPHA_CHANNEL_NONE, /*flags=*/0,
      STBIR_EDGE_CLAMP, STBIR_EDGE_CLAMP, STBIR_FILTER_TRIANGLE, STBIR_FILTER_TRIANGLE,
      STBIR_COLORSPACE_LINEAR, /*allocator=*/nullptr, scale, scale, shift_x, shift_y);
  if (!ok) throw FileError(path, "cannot be resampled: out of memory");
  return out;
}

void check_image_size(int64_t size) {
  if (size >= 1 && size <= kMaxImageSize) return;
  throw Error("image size " + std::to_string(size) + ": expected 1.." + std::to_string(kMaxImageSize));
}

std::vector<uint8_t> read_image(const std::string& path, int64_t size, int64_t channels) {
  check_image_size(size);
  if (channels != 1 && channels != 3)
    throw Error("image channels " + std::to_string(channels) + ": expected 1 or 3");
  const DecodedImage image = decode(path, channels);
  if (image.height == size && image.width == size) {
    return {image.pixels.get(), image.pixels.get() + size * size * channels};
  }
  return resize_and_crop(path, image, static_cast<int>(size), static_cast<int>(channels));
}

}  // namespace eca
