// A labelled set of images, and the statistics that normalise it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/image_source.hpp"

namespace eca {

// One split of a data set. Images stay 8-bit: 50,000 CIFAR images are 150 MB this way, 600 MB as float. Where they are too many,
// or differ in size, they come out of `source` one by one.
struct ImageSet {
  std::string name;  // "cifar10 train"
  int64_t channels = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels;       // (N,H,W,C); empty if there is a source
  std::vector<int32_t> labels;       // (N), each in [0, classes.size())
  std::vector<std::string> classes;  // the name of each label
  // (N,H,W), 1 on the object of an image and 0 beside it; all 0 for an image without one. Empty: not known.
  std::vector<uint8_t> masks = {};
  // Of (H,W,3), or of extents of their own and to be brought to these. Null: the images are `pixels`.
  std::shared_ptr<const ImageSource> source = nullptr;
  // Which images are passed over because they cannot be read. Null: such an image is an error.
  std::shared_ptr<UnreadableImages> unreadable = nullptr;
  // SHA-256 of what the images are and of how they are read, where that is not the pixels alone. It is the same whether they are
  // in memory or not. Null: see the pixels.
  std::function<std::string()> fingerprint = nullptr;

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
  int64_t image_size() const { return height * width * channels; }  // values, and bytes, of one image
  const uint8_t* image(int64_t i) const { return pixels.data() + i * image_size(); }  // without a source
  const uint8_t* mask(int64_t i) const { return masks.data() + i * height * width; }
};

// An image of a set, where it lies or as it was read.
struct FoundImage {
  PixelView view;
  std::shared_ptr<const Image> owner;  // of the pixels; null: the set
};

// Image i; nothing if it cannot be read and is to be passed over. Throws FileError if it cannot be read.
std::optional<FoundImage> find_image(const ImageSet& set, int64_t i);

// The image that stands in for image i where that cannot be read: the next readable one of its class in the order of the set,
// and after the last one the first. So it depends on the files alone, and no label changes. i itself if it can be read. `found`
// becomes the image. Throws FileError if the class has none.
int64_t find_image_or_next(const ImageSet& set, int64_t i, FoundImage& found);

// (H,W,C), of image i or the one that stands in for it. Throws FileError.
std::vector<uint8_t> pixels_of(const ImageSet& set, int64_t i);

// How many images each class has (K).
std::vector<int64_t> images_per_class(const ImageSet& set);

// y = (x / 255 - mean) / std for a pixel x in 0..255, one pair for each channel.
struct Normalisation {
  std::vector<double> mean, std;  // (C), in units of the range 0..1
};

// Mean and population standard deviation of all pixels of each channel, see normalisation_of() of data/pixel_sums.hpp. Of a set of
// more than `most` images, those of that many, evenly spread.
// Images that are passed over do not count. Throws Error if the set is empty, FileError if an image cannot be read.
Normalisation compute_normalisation(const ImageSet& set, int64_t most = INT64_MAX);

struct Dataset {
  ImageSet train, test;
  Normalisation normalisation;
  std::string name;    // "cifar10"
  int64_t resize = 0;  // of a folder, see ImageFolderOptions
  // What is out of the ordinary with the files, one line each, for the user to read.
  std::vector<std::string> notes = {};
};

}  // namespace eca
