#include "data/coco/coco_dataset.hpp"

std::vector<std::vector<int64_t>> eca::objects_by_image(const CocoDataset& set) {
  std::vector<std::vector<int64_t>> objects(set.images.size());
  for (size_t i = 0; i < set.objects.size(); ++i) {
    objects[static_cast<size_t>(set.objects[i].image)].push_back(static_cast<int64_t>(i));
  }
  return objects;
}
