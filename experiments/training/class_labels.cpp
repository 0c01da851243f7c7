#include "experiments/training/class_labels.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

// "a, b, c and 7 more"
static std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 10;
  if (names.size() <= kShown) return join(names, ", ");
  return join({names.begin(), names.begin() + kShown}, ", ") + " and " +
         std::to_string(names.size() - kShown) + " more";
}

ImageSet labelled_by(ImageSet set, const std::vector<std::string>& classes, const std::string& weights) {
  std::vector<int32_t> label_in_classes;
  std::vector<std::string> unknown;
  for (const std::string& name : set.classes) {
    const auto at = std::find(classes.begin(), classes.end(), name);
    if (at == classes.end()) unknown.push_back(name);
    label_in_classes.push_back(static_cast<int32_t>(at - classes.begin()));
  }
  if (!unknown.empty()) {
    throw Error(
        set.name + ": classes that the network of " + weights + " does not know: " + some_of(unknown) +
        (unknown.size() == 1 ? did_you_mean(unknown[0], classes) : "") + "\n  it knows: " + some_of(classes));
  }
  set.classes = classes;
  for (int32_t& label : set.labels) label = label_in_classes[static_cast<size_t>(label)];
  return set;
}

}  // namespace eca
