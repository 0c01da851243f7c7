// What was found on images, as JSON for other programs:
//   [{"image": "bowl.jpg", "width": 640, "height": 480,
//     "objects": [{"class": "pear", "score": 0.93, "box": [left, top, width, height], "mask": {"size": [480, 640], "counts": "..."}},
//                 ...]}, ...]
// in pixels of the image, from the highest score down; masks, of detectors that find some, as COCO writes them (data/coco/rle.hpp).
#pragma once

#include <string>
#include <vector>

#include "data/coco/coco_dataset.hpp"

namespace eca {

struct FoundOnImage {
  std::string path;
  int64_t height = 0, width = 0;
  std::vector<CocoDetection> found;  // category: index of the class
};

std::string found_json(const std::vector<FoundOnImage>& images, const std::vector<std::string>& classes);

}  // namespace eca
