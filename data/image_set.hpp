// A labelled set of images in memory, and the statistics that normalise it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eca {

// One split of a data set. Images stay 8-bit: 50,000 CIFAR images are 150 MB this way, 600 MB as float.
struct ImageSet {
  std::string name;  // "cifar10 train"
  int64_t channels = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels;       // (N,H,W,C)
  std::vector<int32_t> labels;       // (N), each in [0, classes.size())
  std::vector<std::string> classes;  // the name of each label
  // (N,H,W), 1 on the object of an image and 0 beside it; all 0 for an image without one. Empty: not known.
  std::vector<uint8_t> masks = {};

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
  int64_t image_size() const { return height * width * channels; }  // values, and bytes, of one image
  const uint8_t* image(int64_t i) const { return pixels.data() + i * image_size(); }
  const uint8_t* mask(int64_t i) const { return masks.data() + i * height * width; }
};

// How many images each class has (K).
std::vector<int64_t> images_per_class(const ImageSet& set);

// y = (x / 255 - mean) / std for a pixel x in 0..255, one pair for each channel.
struct Normalisation {
  std::vector<double> mean, std;  // (C), in units of the range 0..1
};

// Mean and population standard deviation of all pixels of each channel. A constant channel gets std 1, so
// that it normalises to 0 instead of dividing by 0. Throws Error if the set is empty.
Normalisation compute_normalisation(const ImageSet& set);

struct Dataset {
  ImageSet train, test;
  Normalisation normalisation;
  std::string name;  // "cifar10"
  // What is out of the ordinary with the files, one line each, for the user to read.
  std::vector<std::string> notes = {};
};

}  // namespace eca
