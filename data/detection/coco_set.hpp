// One split of a folder in COCO's format, see data/coco/coco_folder.hpp. Images are decoded when they are asked for.
#pragma once

#include "data/coco/coco_folder.hpp"
#include "data/detection/detection_set.hpp"

namespace eca {

class CocoSet final : public DetectionSet {
 public:
  // Throws FileError if there are no images or no categories.
  explicit CocoSet(CocoFolder folder);

  std::string name() const override { return folder_.set.name; }
  int64_t size() const override { return std::ssize(folder_.set.images); }
  // In the order of the file, whatever their ids.
  const std::vector<std::string>& classes() const override { return classes_; }
  DetectionExample at(int64_t i) const override;
  CocoDataset truth() const override { return folder_.set; }
  // Of the annotations, and of the names and lengths of the images' files. Throws FileError.
  std::string fingerprint() const override;

 private:
  CocoFolder folder_;
  std::vector<std::string> classes_;
  std::vector<std::vector<int64_t>> objects_;  // of each image
};

}  // namespace eca
