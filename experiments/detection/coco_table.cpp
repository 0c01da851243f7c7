#include "experiments/detection/coco_table.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"

namespace eca {

namespace {

std::string number(double value) { return value < 0 ? std::string("-") : format("%.4f", value); }

// "12 images", "1 image".
std::string counted(size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string twelve_rows(const CocoNumbers& numbers, const CocoApOptions& options) {
  const std::string small = format("%g", options.small), large = format("%g", options.large);
  const std::string is_small = "area up to " + small + "^2";
  const std::string is_medium = "area from " + small + "^2 to " + large + "^2";
  const std::string is_large = "area from " + large + "^2";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"AP", "mean over IoU 0.50, 0.55, ..., 0.95"},
      {"AP50", "IoU 0.50"},
      {"AP75", "IoU 0.75"},
      {"AP small", is_small},
      {"AP medium", is_medium},
      {"AP large", is_large},
      {"AR 1", "at most 1 detection an image and class"},
      {"AR 10", "at most 10"},
      {"AR 100", "at most 100"},
      {"AR small", is_small},
      {"AR medium", is_medium},
      {"AR large", is_large},
  };
  const std::vector<double> values = twelve_of(numbers);
  std::string text;
  for (size_t i = 0; i < rows.size(); ++i) {
    text +=
        format("%-9s  %6s  %s\n", rows[i].first.c_str(), number(values[i]).c_str(), rows[i].second.c_str());
  }
  return text;
}

std::string class_rows(const CocoDataset& set, const std::vector<CocoDetection>& detections,
                       const CocoScores& scores) {
  std::vector<size_t> objects(set.categories.size()), found(set.categories.size());
  for (const CocoObject& object : set.objects) ++objects[static_cast<size_t>(object.category)];
  for (const CocoDetection& detection : detections) ++found[static_cast<size_t>(detection.category)];
  int width = 5;
  for (const CocoCategory& category : set.categories)
    width = std::max(width, static_cast<int>(category.name.size()));
  std::string text = format("%-*s  objects  detections      AP    AP50    AP75  AR 100\n", width, "class");
  for (size_t i = 0; i < set.categories.size(); ++i) {
    const CocoNumbers& numbers = scores.classes[i];
    text += format("%-*s  %7zu  %10zu  %6s  %6s  %6s  %6s\n", width, set.categories[i].name.c_str(),
                   objects[i], found[i], number(numbers.ap).c_str(), number(numbers.ap50).c_str(),
                   number(numbers.ap75).c_str(), number(numbers.ar100).c_str());
  }
  return text;
}

}  // namespace

std::string coco_table(const CocoDataset& set, const std::vector<CocoDetection>& detections,
                       const CocoScores& scores, const CocoApOptions& options) {
  return std::string(options.region == CocoRegion::boxes ? "boxes" : "masks") + ": " +
         counted(set.images.size(), "image", "images") + ", " +
         counted(set.objects.size(), "object", "objects") + ", " +
         counted(set.categories.size(), "class", "classes") + ", " +
         counted(detections.size(), "detection", "detections") + "\n\n" + twelve_rows(scores.all, options) +
         "\n" + class_rows(set, detections, scores);
}

}  // namespace eca
