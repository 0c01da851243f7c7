#include "data/images/image_file.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/images/decode_image.hpp"
#include "data/images/resample.hpp"

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

std::vector<uint8_t> resized_and_cropped(const Image& image, int64_t size, int64_t channels, int64_t resize) {
  std::vector<uint8_t> pixels = with_channels(image, channels);
  if (resize == 0) resize = size;
  if (image.height == resize && image.width == resize && resize == size) return pixels;
  const double scale = static_cast<double>(resize) / static_cast<double>(std::min(image.height, image.width));
  return resampled_middle({pixels.data(), image.height, image.width, channels}, size, scale);
}

void check_image_size(int64_t size) {
  if (size >= 1 && size <= kMaxImageSize) return;
  throw Error("image size " + std::to_string(size) + ": expected 1.." + std::to_string(kMaxImageSize));
}

void check_resize(int64_t resize, int64_t size) {
  if (resize == 0 || (resize >= size && resize <= kMaxImageSize)) return;
  throw Error("resize " + std::to_string(resize) + ": expected the image size, " + std::to_string(size) +
              ", to " + std::to_string(kMaxImageSize));
}

std::vector<uint8_t> read_image(const std::string& path, int64_t size, int64_t channels,
                                const ReadImageOptions& options) {
  check_image_size(size);
  check_resize(options.resize, size);
  if (channels != 1 && channels != 3)
    throw Error("image channels " + std::to_string(channels) + ": expected 1 or 3");
  const Image image = decode_image(path, read_bytes(path), options.exif);
  return resized_and_cropped(image, size, channels, options.resize);
}

}  // namespace eca
