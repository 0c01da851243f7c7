#include "data/coco/coco_segmentation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "data/coco/polygon_mask.hpp"

namespace eca {

using nlohmann::json;

namespace {

constexpr const char* kField = "segmentation";

std::string extents_text(int64_t height, int64_t width) {
  return std::to_string(height) + "x" + std::to_string(width);
}

std::string image_text(const CocoImage& image) {
  return "image " + std::to_string(image.id) + " of " + extents_text(image.height, image.width) + " pixels";
}

CocoPolygons read_polygons(const CocoEntry& entry, const json& list) {
  CocoPolygons polygons;
  for (size_t i = 0; i < list.size(); ++i) {
    auto corners = numbers_of(list[i]);
    if (!corners) {
      entry.refuse(kField, "polygon " + std::to_string(i) +
                               ": expected a list of numbers x, y, x, y, ..., found " +
                               (list[i].is_array() ? "a list with something else in it"
                                                   : std::string("a JSON ") + list[i].type_name()));
    }
    polygons.push_back(std::move(*corners));
  }
  return polygons;
}

CocoRuns read_runs(const CocoEntry& entry, const json& fields) {
  if (!fields.contains("size") || !fields.contains("counts")) {
    entry.refuse(kField, "expected an object with size and counts");
  }
  const auto size = whole_numbers_of(fields["size"]);
  if (!size || size->size() != 2) entry.refuse(kField, "size: expected [height, width]");
  CocoRuns runs = {(*size)[0], (*size)[1], std::string()};
  const json& counts = fields["counts"];
  if (counts.is_string()) {
    runs.counts = counts.get<std::string>();
  } else if (auto list = whole_numbers_of(counts)) {
    runs.counts = std::move(*list);
  } else {
    entry.refuse(kField, "counts: expected a list of whole numbers, or a text");
  }
  return runs;
}

// How far a place lies beyond 0 to `extent`.
double beyond(double place, int64_t extent) {
  return std::max({-place, place - static_cast<double>(extent), 0.0});
}

void check_corners(const std::vector<double>& polygon, const CocoImage& image, double outside) {
  for (size_t i = 0; i + 1 < polygon.size(); i += 2) {
    const double x = polygon[i], y = polygon[i + 1];
    if (std::max(beyond(x, image.width), beyond(y, image.height)) <= outside) continue;
    throw Error("the corner " + number_text(x) + ", " + number_text(y) + " lies outside " +
                image_text(image) + ", expected at most " + number_text(outside) + " beyond it");
  }
}

Rle mask_of_polygons(const CocoPolygons& polygons, const CocoImage& image, std::optional<double> outside) {
  std::optional<Rle> mask;
  for (size_t i = 0; i < polygons.size(); ++i) {
    try {
      if (outside) check_corners(polygons[i], image, *outside);
      const Rle part = polygon_mask(polygons[i], image.height, image.width);
      mask = mask ? united(*mask, part) : part;
    } catch (const Error& error) {
      throw Error("polygon " + std::to_string(i) + ": " + error.what());
    }
  }
  return *mask;
}

}  // namespace

std::optional<CocoSegmentation> read_segmentation(const CocoEntry& entry) {
  const json* value = entry.find(kField);
  if (value == nullptr || (value->is_array() && value->empty())) return std::nullopt;
  if (value->is_array()) return read_polygons(entry, *value);
  if (value->is_object()) return read_runs(entry, *value);
  entry.refuse(kField,
               std::string("expected a list of polygons, or an object with size and counts, found a JSON ") +
                   value->type_name());
}

Rle mask_of_segmentation(const CocoSegmentation& segmentation, const CocoImage& image,
                         std::optional<double> outside) {
  if (const auto* polygons = std::get_if<CocoPolygons>(&segmentation)) {
    return mask_of_polygons(*polygons, image, outside);
  }
  const auto& runs = std::get<CocoRuns>(segmentation);
  if (runs.height != image.height || runs.width != image.width) {
    throw Error("size: " + extents_text(runs.height, runs.width) + " (height x width), expected that of " +
                image_text(image));
  }
  if (const auto* text = std::get_if<std::string>(&runs.counts)) {
    return rle_from_text(*text, image.height, image.width);
  }
  return rle_from_counts(std::get<std::vector<int64_t>>(runs.counts), image.height, image.width);
}

void check_inside(const Box& box, const CocoImage& image, double outside) {
  const double reach =
      std::max({beyond(box.x, image.width), beyond(box.y, image.height),
                beyond(box.x + box.width, image.width), beyond(box.y + box.height, image.height)});
  if (reach <= outside) return;
  throw Error("[" + number_text(box.x) + ", " + number_text(box.y) + ", " + number_text(box.width) + ", " +
              number_text(box.height) + "] reaches " + number_text(reach) + " pixels beyond " +
              image_text(image) + " (height x width), expected at most " + number_text(outside));
}

}  // namespace eca
