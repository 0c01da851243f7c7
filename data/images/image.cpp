#include "data/images/image.hpp"

#include "core/base/error.hpp"

namespace eca {

static constexpr int64_t kMaxExtent = int64_t{1} << 31;  // keeps the product below 2^63

Image make_image(const std::string& path, int64_t height, int64_t width, size_t file_bytes) {
  const std::string extents = std::to_string(width) + "x" + std::to_string(height);
  if (height < 1 || width < 1) throw FileError(path, "is damaged: its header says " + extents + " pixels");
  if (height > kMaxExtent || width > kMaxExtent || height * width > kMaxPixels) {
    throw FileError(path, "is too large: " + extents + " pixels, at most " + std::to_string(kMaxPixels) +
                              " in all are read");
  }
  if (height * width / kMaxPixelsPerByte > static_cast<int64_t>(file_bytes)) {
    throw FileError(path, "is damaged: its header says " + extents + " pixels, more than its " +
                              std::to_string(file_bytes) + " bytes can hold");
  }
  return {.height = height,
          .width = width,
          .pixels = std::vector<uint8_t>(static_cast<size_t>(height * width * 3))};
}

}  // namespace eca
