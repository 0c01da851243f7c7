#pragma once

#include <functional>
#include <string>

#include "data/detection/detection_set.hpp"

namespace eca {

// All examples of a set as one split of a folder in COCO's format, which coco:DIR reads (data/coco/coco_folder.hpp):
//   DIR/annotations/instances_SPLIT.json, DIR/images/SPLIT/000000.png, ...
// Calls `done` after some images with how many are written; what it throws ends the writing. Returns what was written. The annotations
// are written last, so a split that is not whole has none. Throws FileError, and what the set throws.
CocoDataset write_coco_split(const std::string& dir, const std::string& split, const DetectionSet& set,
                             const std::function<void(int64_t images)>& done);

}  // namespace eca
