#include "data/detection/coco_set.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "core/files/sha256.hpp"
#include "data/file_bytes.hpp"

namespace eca {

CocoSet::CocoSet(CocoFolder folder) : folder_(std::move(folder)), objects_(objects_by_image(folder_.set)) {
  if (folder_.set.images.empty()) throw FileError(name(), "holds no images");
  if (folder_.set.categories.empty()) throw FileError(name(), "holds no categories");
  for (const CocoCategory& category : folder_.set.categories) classes_.push_back(category.name);
}

DetectionExample CocoSet::at(int64_t i) const {
  check_index(*this, i);
  const auto at = static_cast<size_t>(i);
  DetectionExample example{.image = read_coco_image(folder_, folder_.set.images[at]), .objects = {}};
  for (const int64_t o : objects_[at]) {
    const CocoObject& object = folder_.set.objects[static_cast<size_t>(o)];
    example.objects.push_back({.box = object.box,
                               .label = static_cast<int32_t>(object.category),
                               .area = object.area,
                               .crowd = object.crowd,
                               .mask = object.mask});
  }
  return example;
}

std::string CocoSet::fingerprint() const {
  Sha256 hash;
  const std::vector<uint8_t> annotations = read_bytes(folder_.set.name);
  hash.update(annotations.data(), annotations.size());
  for (const CocoImage& image : folder_.set.images) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(folder_.path_of(image), error);
    if (error) throw FileError(folder_.path_of(image), "cannot be read: " + error.message());
    hash.update(image.file_name + " " + std::to_string(bytes) + "\n");
  }
  return hash.hex();
}

}  // namespace eca
