// Annotations and results. Ids become indices here: those of annotations when the whole file is read, as its lists come in any
// order.
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/base/error.hpp"
#include "data/coco/coco_entries.hpp"
#include "data/coco/coco_json.hpp"
#include "data/coco/coco_segmentation.hpp"
#include "data/file_bytes.hpp"

namespace eca {

using nlohmann::json;

namespace {

// Where the entry with an id stands in its list.
class Ids {
 public:
  // Throws FileError if the id is there already.
  void add(const CocoEntry& entry, int64_t id) {
    const auto [place, is_new] = index_of_.emplace(id, entry.name().index);
    if (is_new) return;
    entry.refuse("id", std::to_string(id) + " stands there twice, first in " +
                           CocoEntryName{entry.name().section, place->second}.str());
  }
  std::optional<int64_t> find(int64_t id) const {
    const auto found = index_of_.find(id);
    return found == index_of_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::unordered_map<int64_t, int64_t> index_of_;
};

// An annotation whose ids are not looked up yet.
struct Annotation {
  int64_t index = 0, image_id = 0, category_id = 0;
  CocoObject object;
  std::optional<CocoSegmentation> segmentation;
};

Box read_box(const CocoEntry& entry) {
  const std::vector<double> numbers = entry.numbers("bbox", 4);
  for (size_t i = 2; i < 4; ++i) {
    if (numbers[i] >= 0) continue;
    entry.refuse("bbox", std::string(i == 2 ? "width " : "height ") + number_text(numbers[i]) +
                             ", expected at least 0");
  }
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

CocoImage read_image_entry(const CocoEntry& entry) {
  CocoImage image = {entry.whole("id"), entry.text("file_name"), entry.whole("height"), entry.whole("width")};
  const auto check = [&entry](const char* field, int64_t side) {
    if (side >= 1 && side <= kMaxMaskSide) return;
    entry.refuse(field, std::to_string(side) + " pixels, expected 1 to " + std::to_string(kMaxMaskSide));
  };
  check("height", image.height);
  check("width", image.width);
  return image;
}

bool read_crowd(const CocoEntry& entry) {
  const json* value = entry.find("iscrowd");
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (*value != 0 && *value != 1) entry.refuse("iscrowd", "expected 0 or 1, found " + value->dump());
  return *value == 1;
}

Annotation read_annotation(const CocoEntry& entry) {
  Annotation annotation;
  annotation.index = entry.name().index;
  annotation.object.id = entry.whole("id");
  annotation.image_id = entry.whole("image_id");
  annotation.category_id = entry.whole("category_id");
  annotation.object.box = read_box(entry);
  annotation.object.area = entry.number("area");
  if (annotation.object.area < 0) {
    entry.refuse("area", number_text(annotation.object.area) + ", expected at least 0");
  }
  annotation.object.crowd = read_crowd(entry);
  annotation.segmentation = read_segmentation(entry);
  return annotation;
}

// The index of an id that another list must hold.
int64_t look_up(const Ids& ids, int64_t id, const std::string& path, const CocoEntryName& name,
                const std::string& field, const std::string& list) {
  const std::optional<int64_t> found = ids.find(id);
  if (!found) {
    refuse_entry(path, name, field, std::to_string(id) + ", expected the id of one of the " + list);
  }
  return *found;
}

// What `action` returns; its errors get the file's, the entry's and the field's name.
template <class Action>
auto with_name(const std::string& path, const CocoEntryName& name, const std::string& field,
               const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    refuse_entry(path, name, field, error.what());
  }
}

CocoObject resolved(Annotation annotation, const CocoDataset& set, const Ids& images, const Ids& categories,
                    const CocoReadOptions& options) {
  const CocoEntryName name = {"annotations", annotation.index, annotation.object.id};
  CocoObject object = std::move(annotation.object);
  object.image = look_up(images, annotation.image_id, set.name, name, "image_id", "images");
  object.category = look_up(categories, annotation.category_id, set.name, name, "category_id", "categories");
  const CocoImage& image = set.images[static_cast<size_t>(object.image)];
  with_name(set.name, name, "bbox", [&] { check_inside(object.box, image, options.outside); });
  if (annotation.segmentation) {
    object.mask = with_name(set.name, name, "segmentation", [&] {
      return mask_of_segmentation(*annotation.segmentation, image, options.outside);
    });
  }
  return object;
}

std::string_view text_in(const std::vector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

CocoDataset parse_coco(std::string_view text, const std::string& path, const CocoReadOptions& options) {
  CocoDataset set;
  set.name = path;
  Ids images, categories, objects;
  std::vector<Annotation> annotations;
  for_each_entry(path, text, {"images", "annotations", "categories"}, [&](const CocoEntry& entry) {
    const std::string& section = entry.name().section;
    if (section == "images") {
      set.images.push_back(read_image_entry(entry));
      images.add(entry, set.images.back().id);
    } else if (section == "categories") {
      set.categories.push_back({entry.whole("id"), entry.text("name")});
      categories.add(entry, set.categories.back().id);
    } else {
      annotations.push_back(read_annotation(entry));
      objects.add(entry, annotations.back().object.id);
    }
  });
  set.objects.reserve(annotations.size());
  for (Annotation& annotation : annotations) {
    set.objects.push_back(resolved(std::move(annotation), set, images, categories, options));
  }
  return set;
}

CocoDataset read_coco(const std::string& path, const CocoReadOptions& options) {
  const std::vector<uint8_t> bytes = read_bytes(path);
  return parse_coco(text_in(bytes), path, options);
}

std::vector<CocoDetection> parse_coco_results(std::string_view text, const std::string& path,
                                              const CocoDataset& set) {
  std::unordered_map<int64_t, int64_t> images, categories;
  for (size_t i = 0; i < set.images.size(); ++i) images[set.images[i].id] = static_cast<int64_t>(i);
  for (size_t i = 0; i < set.categories.size(); ++i)
    categories[set.categories[i].id] = static_cast<int64_t>(i);
  const auto index_of = [&set](const CocoEntry& entry, const std::string& field,
                               const std::unordered_map<int64_t, int64_t>& ids, const std::string& list) {
    const int64_t id = entry.whole(field);
    const auto found = ids.find(id);
    if (found == ids.end()) {
      entry.refuse(field, std::to_string(id) + ", expected the id of one of the " + list + " of " + set.name);
    }
    return found->second;
  };

  std::vector<CocoDetection> detections;
  for_each_entry(path, text, {}, [&](const CocoEntry& entry) {
    CocoDetection detection;
    detection.image = index_of(entry, "image_id", images, "images");
    detection.category = index_of(entry, "category_id", categories, "categories");
    detection.score = entry.number("score");
    if (const auto segmentation = read_segmentation(entry)) {
      const CocoImage& image = set.images[static_cast<size_t>(detection.image)];
      detection.mask = with_name(path, entry.name(), "segmentation",
                                 [&] { return mask_of_segmentation(*segmentation, image, std::nullopt); });
    }
    const bool has_box = entry.find("bbox") != nullptr || !detection.mask;
    detection.box = has_box ? read_box(entry) : bounding_box(*detection.mask);
    detections.push_back(std::move(detection));
  });
  return detections;
}

std::vector<CocoDetection> read_coco_results(const std::string& path, const CocoDataset& set) {
  const std::vector<uint8_t> bytes = read_bytes(path);
  return parse_coco_results(text_in(bytes), path, set);
}

}  // namespace eca
