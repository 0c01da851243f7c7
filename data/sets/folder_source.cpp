#include "data/sets/folder_source.hpp"

#include "data/file_bytes.hpp"
#include "data/images/decode_image.hpp"
#include "data/images/image_file.hpp"

namespace eca {

std::shared_ptr<const Image> FilesSource::read(int64_t i) const {
  const std::string path = split_->path(static_cast<size_t>(i));
  auto image = std::make_shared<Image>(decode_image(path, read_bytes(path), reading_.exif));
  if (reading_.size == 0) return image;
  return std::make_shared<const Image>(
      Image{.height = reading_.size,
            .width = reading_.size,
            .pixels = resized_and_cropped(*image, reading_.size, /*channels=*/3, reading_.resize)});
}

}  // namespace eca
