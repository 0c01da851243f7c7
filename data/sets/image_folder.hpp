// A data set as folders of image files, the form torchvision's ImageFolder reads:
//   DIR/train/<class>/...      images, also in folders below
//   DIR/test/<class>/...       or DIR/val, or DIR/valid
// or, to be divided here or all to test with, DIR/<class>/... alone. Classes are the folder names in sorted order. What is
// no image is passed over and counted.
#pragma once

#include <cstdint>
#include <string>

#include "data/image_set.hpp"

namespace eca {

inline constexpr int64_t kDefaultFolderImageSize = 32;

struct ImageFolderOptions {
  int64_t image_size = kDefaultFolderImageSize;
  // Share of the images to test with, where no split is given: by a hash of the file's path below DIR; 1: all.
  double test = 0;
  bool skip_bad = false;  // pass over images that cannot be read, and list them
  bool strict = false;    // a class without images is an error
  bool exif = false;      // turn images as their EXIF data say; torchvision's ImageFolder does not
};

// RGB images of (image_size,image_size), resized and cropped by read_image; normalised by the train split, which is empty if
// test is 1: then by the test split. What is out of the ordinary stands in the notes: files passed over, classes without
// images.
// Throws FileError naming the culprit if the folder or a split is missing, no class has images, a test class is not in
// train, or an image is truncated or corrupt; Error if test is not between 0 and 1.
Dataset load_image_folder(const std::string& dir, const ImageFolderOptions& options = {});

// Whether one of DIR/train, DIR/test, DIR/val and DIR/valid is a folder.
bool holds_splits(const std::string& dir);

}  // namespace eca
