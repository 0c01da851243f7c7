// Images with the objects on them, as COCO describes them: from a file (data/coco/coco_json.hpp) or made in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/coco/box.hpp"
#include "data/coco/rle.hpp"

namespace eca {

struct CocoImage {
  int64_t id = 0;
  std::string file_name;  // below the folder of the images
  int64_t height = 0, width = 0;
};

struct CocoCategory {
  int64_t id = 0;
  std::string name;
};

struct CocoObject {
  int64_t id = 0;
  int64_t image = 0, category = 0;  // indices into the set's images and categories, no ids
  Box box;
  // In pixels; it decides whether the object counts as small, medium or large. COCO's is that of the outline.
  double area = 0;
  // Many of a kind that nobody told apart: neither found nor missed, see experiments/detection/coco_ap.hpp.
  bool crowd = false;
  std::optional<Rle> mask = {};  // of the image's extents
};

// Ids are unique among images, among categories and among objects, in any order and with gaps.
struct CocoDataset {
  std::string name;  // for messages: the path of the file
  std::vector<CocoImage> images;
  std::vector<CocoCategory> categories;
  std::vector<CocoObject> objects;
};

// The objects of each image, as indices, in their order. Images may have none.
std::vector<std::vector<int64_t>> objects_by_image(const CocoDataset& set);

// An object that a detector found.
struct CocoDetection {
  int64_t image = 0, category = 0;  // indices into the set's images and categories, no ids
  double score = 0;
  Box box;
  std::optional<Rle> mask = {};  // of the image's extents
};

}  // namespace eca
