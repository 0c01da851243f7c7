// The images that are explained: test images of a data set, or files.
#pragma once

#include <string>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "data/image_set.hpp"
#include "data/images/image.hpp"
#include "experiments/drawing/picture.hpp"
#include "experiments/training/model_file.hpp"

namespace eca {

struct ExplainedImage {
  std::string name;   // "test image 7", "cat.jpg"
  std::string label;  // the class it is of; empty: not known
  Image image;
  bool whole;     // the network sees all of it as it is; else the square in its middle, resized
  Picture shown;  // what the network sees, at the image's own resolution, at most 448 pixels a side
};

// Image i of a set.
ExplainedImage subject_of(const ImageSet& set, int64_t i);
// A file, turned as its EXIF data say if `exif`. Throws FileError.
ExplainedImage subject_of(const std::string& path, bool exif);

// The subject as the input (1,H,W,C) of a network, normalised: just what `eca predict` and `eca eval` feed it.
Tensor input_of(const ExplainedImage& subject, const ModelCard& card);

// The first images of each class in turn, `count` or as many as there are: class 0, 1, ..., 0, 1, ...
std::vector<int64_t> spread_over_classes(const ImageSet& set, int64_t count);

}  // namespace eca
