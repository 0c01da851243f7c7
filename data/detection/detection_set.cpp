#include "data/detection/detection_set.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/by_threads.hpp"

namespace eca {

void check_index(const DetectionSet& set, int64_t i) {
  if (i >= 0 && i < set.size()) return;
  throw Error(set.name() + ": no image " + std::to_string(i) + ", expected 0.." +
              std::to_string(set.size() - 1));
}

std::string example_file_name(int64_t i) {
  const std::string digits = std::to_string(i);
  constexpr size_t kDigits = 6;
  return std::string(kDigits - std::min(digits.size(), kDigits), '0') + digits + ".png";
}

CocoDataset truth_without_images(const DetectionSet& set) {
  CocoDataset truth{.name = set.name()};
  for (const std::string& name : set.classes())
    truth.categories.push_back({.id = std::ssize(truth.categories) + 1, .name = name});
  return truth;
}

void add_example(CocoDataset& truth, const DetectionExample& example, const std::string& file_name) {
  const int64_t image = std::ssize(truth.images);
  truth.images.push_back({.id = image + 1,
                          .file_name = file_name,
                          .height = example.image.height,
                          .width = example.image.width});
  for (const DetectionObject& object : example.objects) {
    truth.objects.push_back({.id = std::ssize(truth.objects) + 1,
                             .image = image,
                             .category = object.label,
                             .box = object.box,
                             .area = object.area,
                             .crowd = object.crowd,
                             .mask = object.mask});
  }
}

CocoDataset truth_of_examples(const DetectionSet& set) {
  std::vector<DetectionExample> examples(static_cast<size_t>(set.size()));
  by_threads(set.size(), threads(), [&](int64_t i) {
    DetectionExample& example = examples[static_cast<size_t>(i)];
    example = set.at(i);
    example.image.pixels = {};
  });
  CocoDataset truth = truth_without_images(set);
  for (size_t i = 0; i < examples.size(); ++i)
    add_example(truth, examples[i], example_file_name(static_cast<int64_t>(i)));
  return truth;
}

}  // namespace eca
