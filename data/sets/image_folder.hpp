// A data set as folders of image files, the form torchvision's ImageFolder reads:
//   DIR/train/<class>/*.{png,jpg,jpeg}
//   DIR/test/<class>/...      or DIR/val/<class>/... if there is no test
// Classes are the folder names of train/ in sorted order. Names that begin with a dot are ignored.
#pragma once

#include <cstdint>
#include <string>

#include "data/image_set.hpp"

namespace eca {

inline constexpr int64_t kDefaultFolderImageSize = 32;

// RGB images of (image_size,image_size), resized and cropped by read_image; normalised by the train split.
// Throws FileError naming the culprit if a split is missing, a class has no images, a test class is not in
// train, a file is not an image by its name, or an image is truncated or corrupt.
Dataset load_image_folder(const std::string& dir, int64_t image_size = kDefaultFolderImageSize);

}  // namespace eca
