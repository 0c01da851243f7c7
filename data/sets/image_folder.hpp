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

// More images than this do not change mean and deviation enough to matter, and need not be decoded for them.
inline constexpr int64_t kMostToNormaliseBy = 10000;

// Mean and deviation of ImageNet's training images, which published weights were trained with.
inline const Normalisation kImageNetNormalisation = {.mean = {0.485, 0.456, 0.406},
                                                     .std = {0.229, 0.224, 0.225}};

struct ImageFolderOptions {
  int64_t image_size = kDefaultFolderImageSize;
  // Side to which the shorter side is resampled before the middle of image_size is cropped out; 0: image_size.
  int64_t resize = 0;
  // Share of the images to test with, where no split is given: by a hash of the file's path below DIR; 1: all.
  double test = 0;
  bool skip_bad = false;             // pass over images that cannot be read, and list them
  bool strict = false;               // a class without images is an error
  bool exif = false;                 // turn images as their EXIF data say; torchvision's ImageFolder does not
  Normalisation normalisation = {};  // empty: that of the training images, or of kMostToNormaliseBy of them
  // Bytes of decoded images to hold. A split that is larger than what is left of them is read image by image, when asked for.
  int64_t memory = INT64_MAX;
  // Training images with extents of their own: what AugmentOptions::resized_crop is to crop out of.
  bool whole_train = false;
  // Training images are not kept, whatever the memory: for those who look at the test images alone.
  bool test_only = false;
};

// RGB images of (image_size,image_size), resized and cropped by read_image; normalised by the train split, which is empty if
// test is 1: then by the test split. A set holds its images as pixels, or has a source (see ImageSet), with the same numbers.
// With skip_bad, an image that cannot be read keeps its place in the set; see find_image_or_next() for what is shown there.
// What is out of the ordinary stands in the notes: files passed over, classes without images.
// Throws FileError naming the culprit if the folder or a split is missing, no class has images, a test class is not in
// train, or an image is truncated or corrupt, of those read here; Error if test is not between 0 and 1, or resize is too small.
Dataset load_image_folder(const std::string& dir, const ImageFolderOptions& options = {});

// Whether one of DIR/train, DIR/test, DIR/val and DIR/valid is a folder.
bool holds_splits(const std::string& dir);

}  // namespace eca
