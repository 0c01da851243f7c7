// One image file as an image of the size a network wants.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/images/image.hpp"

namespace eca {

inline constexpr int64_t kMaxImageSize = 4096;

// Throws Error unless 1 <= size <= kMaxImageSize.
void check_image_size(int64_t size);
// Throws Error unless resize is 0 or size <= resize <= kMaxImageSize.
void check_resize(int64_t resize, int64_t size);

struct ReadImageOptions {
  bool exif = false;   // turn the image as its EXIF data say
  int64_t resize = 0;  // see resized_and_cropped
};

// The pixels (size,size,channels) of the file, see data/images/decode_image.hpp for formats and errors, brought to this size
// by resized_and_cropped. channels: 3 = RGB, 1 = grey (luma). Transparency is dropped.
// Throws Error for another size or number of channels, and FileError.
std::vector<uint8_t> read_image(const std::string& path, int64_t size, int64_t channels,
                                const ReadImageOptions& options = {});

// (size,size,channels). The shorter side is resampled to `resize` pixels, at least `size` (0: size), and the middle is cropped
// out, see data/images/resample.hpp; torchvision's Resize(resize) and CenterCrop(size) do the same up to a shift below one pixel.
// An image that already has this size is returned untouched.
//   grey = (19595 R + 38470 G + 7471 B + 2^15) / 2^16      ITU-R BT.601's 0.299, 0.587, 0.114, in Pillow's integers
std::vector<uint8_t> resized_and_cropped(const Image& image, int64_t size, int64_t channels,
                                         int64_t resize = 0);

}  // namespace eca
