// Images with the objects on them, for a detector to learn from or to be measured on: scenes.hpp makes some, coco_set.hpp reads
// a folder's. data/detection/detection_data.hpp finds both by a text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/coco/coco_dataset.hpp"
#include "data/images/image.hpp"

namespace eca {

struct DetectionObject {
  Box box;            // in pixels of its image
  int32_t label = 0;  // in [0, classes), without a class for what is no object
  double area = 0;    // in pixels; see CocoObject
  bool crowd = false;
  std::optional<Rle> mask = {};  // of the image's extents: what can be seen of the object
};

struct DetectionExample {
  Image image;
  std::vector<DetectionObject> objects;  // may be none
};

class DetectionSet {
 public:
  virtual ~DetectionSet() = default;

  // For messages: "scenes train", or the file of the annotations.
  virtual std::string name() const = 0;
  virtual int64_t size() const = 0;
  virtual const std::vector<std::string>& classes() const = 0;

  // Example i, the same whenever it is asked for; several threads may ask at once. Throws Error unless 0 <= i < size(), and
  // FileError if it cannot be read.
  virtual DetectionExample at(int64_t i) const = 0;

  // All that is on the images, for COCO's AP: images and categories are numbered as here. Throws FileError.
  virtual CocoDataset truth() const = 0;

  // SHA-256 of what the examples are made of, so that a run that goes on can tell whether they are still the same.
  virtual std::string fingerprint() const = 0;
};

// Throws Error unless the set has an example i.
void check_index(const DetectionSet& set, int64_t i);

// What at(i) says for all i, with the ids 1, 2, ... and the files' names 000000.png, 000001.png, ...
CocoDataset truth_of_examples(const DetectionSet& set);

// Appends what is on example i of a set to `truth`, whose categories are the set's classes.
void add_example(CocoDataset& truth, const DetectionExample& example, const std::string& file_name);
// Without images.
CocoDataset truth_without_images(const DetectionSet& set);

// "000042.png"
std::string example_file_name(int64_t i);

}  // namespace eca
