#include "experiments/training/class_labels.hpp"

#include <algorithm>
#include <iterator>

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

// Those of `names` that are not among `others`.
static std::vector<std::string> without(const std::vector<std::string>& names,
                                        const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::copy_if(names.begin(), names.end(), std::back_inserter(rest), [&](const std::string& name) {
    return std::find(others.begin(), others.end(), name) == others.end();
  });
  return rest;
}

[[noreturn]] static void refuse(const std::string& set, const std::vector<std::string>& unknown,
                                const std::vector<std::string>& classes, const std::string& weights) {
  throw Error(set + ": classes that the network of " + weights + " does not know: " + some_of(unknown) +
              (unknown.size() == 1 ? did_you_mean(unknown[0], classes) : "") +
              "\n  it knows: " + some_of(classes));
}

[[noreturn]] static void refuse_file(const ImageSet& set, const std::vector<std::string>& unknown,
                                     const std::vector<std::string>& classes, const std::string& file) {
  const std::vector<std::string> others = without(classes, set.classes);
  throw Error(
      set.name + ": classes that " + file + " does not name: " + some_of(unknown) +
      (others.empty() ? "" : "\n  it names, but the data do not: " + some_of(others)) +
      "\n  each line of it names an output of the network: write there what the data call it, or leave "
      "--classes out");
}

ImageSet labelled_by(ImageSet set, const std::vector<std::string>& classes, const std::string& weights,
                     const std::string& classes_file) {
  const std::vector<std::string> unknown = without(set.classes, classes);
  if (!unknown.empty() && !classes_file.empty()) refuse_file(set, unknown, classes, classes_file);
  if (!unknown.empty()) refuse(set.name, unknown, classes, weights);
  std::vector<int32_t> label_in_classes;
  for (const std::string& name : set.classes) {
    label_in_classes.push_back(
        static_cast<int32_t>(std::find(classes.begin(), classes.end(), name) - classes.begin()));
  }
  set.classes = classes;
  for (int32_t& label : set.labels) label = label_in_classes[static_cast<size_t>(label)];
  return set;
}

}  // namespace eca
