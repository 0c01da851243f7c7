#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "data/coco/coco_json.hpp"

namespace eca {

namespace {

using Fields = nlohmann::ordered_json;

Fields box_field(const Box& box) { return {box.x, box.y, box.width, box.height}; }

Fields mask_field(const Rle& mask) {
  return {{"size", {mask.height, mask.width}}, {"counts", rle_text(mask)}};
}

// A list with one entry a line.
class ListText {
 public:
  ListText(std::string& text, const std::string& before) : text_(text) { text_ += before + "["; }
  void add(const Fields& entry) {
    text_ += (is_empty_ ? "\n" : ",\n") + entry.dump();
    is_empty_ = false;
  }
  void end() { text_ += "\n]"; }

 private:
  std::string& text_;
  bool is_empty_ = true;
};

std::string annotations_text(const CocoDataset& set) {
  std::string text;
  ListText images(text, "{\"images\": ");
  for (const CocoImage& image : set.images) {
    images.add(
        {{"id", image.id}, {"file_name", image.file_name}, {"width", image.width}, {"height", image.height}});
  }
  images.end();
  ListText annotations(text, ",\n\"annotations\": ");
  for (const CocoObject& object : set.objects) {
    Fields entry = {{"id", object.id},
                    {"image_id", set.images.at(static_cast<size_t>(object.image)).id},
                    {"category_id", set.categories.at(static_cast<size_t>(object.category)).id},
                    {"bbox", box_field(object.box)},
                    {"area", object.area},
                    {"iscrowd", object.crowd ? 1 : 0}};
    if (object.mask) entry["segmentation"] = mask_field(*object.mask);
    annotations.add(entry);
  }
  annotations.end();
  ListText categories(text, ",\n\"categories\": ");
  for (const CocoCategory& category : set.categories) {
    categories.add({{"id", category.id}, {"name", category.name}});
  }
  categories.end();
  return text + "}\n";
}

std::string results_text(const CocoDataset& set, const std::vector<CocoDetection>& detections) {
  std::string text;
  ListText results(text, "");
  for (const CocoDetection& detection : detections) {
    Fields entry = {{"image_id", set.images.at(static_cast<size_t>(detection.image)).id},
                    {"category_id", set.categories.at(static_cast<size_t>(detection.category)).id},
                    {"bbox", box_field(detection.box)},
                    {"score", detection.score}};
    if (detection.mask) entry["segmentation"] = mask_field(*detection.mask);
    results.add(entry);
  }
  results.end();
  return text + "\n";
}

// `make_text()` in the file. A name that is not UTF-8 has no place in JSON.
template <class MakeText>
void write_json(const std::string& path, const MakeText& make_text) {
  std::string text;
  try {
    text = make_text();
  } catch (const nlohmann::json::exception&) {
    throw FileError(path, "cannot be written: a name of an image or of a category is not UTF-8");
  }
  write_file_atomically(path, text);
}

}  // namespace

void write_coco(const std::string& path, const CocoDataset& set) {
  write_json(path, [&set] { return annotations_text(set); });
}

void write_coco_results(const std::string& path, const CocoDataset& set,
                        const std::vector<CocoDetection>& detections) {
  write_json(path, [&] { return results_text(set, detections); });
}

}  // namespace eca
