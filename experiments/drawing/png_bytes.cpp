#include "experiments/drawing/png_bytes.hpp"

#include <png.h>

#include <cstring>

#include "core/base/error.hpp"

namespace eca {

std::string png_bytes(const Picture& picture) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width());
  image.height = static_cast<png_uint_32>(picture.height());
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.pixels().data(), 0, nullptr) == 0)
    throw Error(std::string("png: ") + image.message);
  bytes.resize(size);
  return bytes;
}

}  // namespace eca
