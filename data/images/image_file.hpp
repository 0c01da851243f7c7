// One JPEG or PNG file as an image of the size a network wants.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eca {

inline constexpr int64_t kMaxImageSize = 4096;

// Throws Error unless 1 <= size <= kMaxImageSize.
void check_image_size(int64_t size);

// The pixels (size,size,channels) of the image: its shorter side is resampled to `size` (bilinear, widened
// when shrinking so that nothing aliases), the longer side is cropped around its centre; torchvision's Resize
// and CenterCrop do the same up to a shift below one pixel. An image that already has this size is returned
// untouched. channels: 3 = RGB, 1 = grey (luma). Transparency is dropped.
// Throws FileError if the file is truncated or corrupt or neither a JPEG nor a PNG.
std::vector<uint8_t> read_image(const std::string& path, int64_t size, int64_t channels);

// Throws FileError unless the bytes are a whole JPEG (up to its end-of-image marker) or PNG (up to its IEND
// chunk, with the right checksum in every chunk). A decoder alone would fill the missing part with grey.
void check_image_is_whole(const std::string& path, const std::vector<uint8_t>& bytes);

}  // namespace eca
