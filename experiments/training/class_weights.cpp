#include "experiments/training/class_weights.hpp"

#include <algorithm>
#include <filesystem>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/config_lines.hpp"

namespace eca {

std::string class_weights_text(const std::string& asked) {
  std::error_code no_file;  // a text too long for a name, above all
  if (!std::filesystem::is_regular_file(asked, no_file)) return asked;
  std::vector<std::string> words;
  for (const ConfigLine& line : config_lines(read_config_bytes(asked))) words.push_back(line.text);
  return join(words, ",");
}

[[noreturn]] static void refuse(const std::string& text, const std::string& problem) {
  throw Error(
      "class-weights: \"" + text + "\": " + problem +
      "\n  possible: balanced, a number for each class (1,2,0.5), cat=2,dog=0.5, or a file of such lines");
}

static std::vector<double> balanced_weights(const ImageSet& train) {
  const std::vector<int64_t> counts = images_per_class(train);
  const auto present = std::count_if(counts.begin(), counts.end(), [](int64_t count) { return count > 0; });
  const double share = static_cast<double>(train.size()) / static_cast<double>(present);
  std::vector<double> weights;
  for (const int64_t count : counts) weights.push_back(count > 0 ? share / static_cast<double>(count) : 0);
  return weights;
}

// The class that the i-th word, of `name` if it has one, is about.
static size_t class_of(const std::string& text, const std::string& name, size_t i,
                       const std::vector<std::string>& classes) {
  if (name.empty()) {
    if (i < classes.size()) return i;
    refuse(text, "expected " + std::to_string(classes.size()) + " numbers, one for each class");
  }
  const auto found = std::find(classes.begin(), classes.end(), name);
  if (found == classes.end()) {
    refuse(text, "there is no class \"" + name + "\"" + did_you_mean(name, classes));
  }
  return static_cast<size_t>(found - classes.begin());
}

std::vector<double> class_weights(const std::string& text, const ImageSet& train) {
  if (text.empty()) return {};
  if (text == "balanced") return balanced_weights(train);
  constexpr double kNone = -1;
  std::vector<double> weights(train.classes.size(), kNone);
  const std::vector<std::string> words = split(text, ',');
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t equals = words[i].rfind('=');
    const bool named = equals != std::string::npos;
    const auto weight = finite_number(trimmed(named ? words[i].substr(equals + 1) : words[i]));
    if (!weight || *weight < 0) refuse(text, "\"" + words[i] + "\", expected a finite number from 0");
    const std::string name = named ? trimmed(words[i].substr(0, equals)) : "";
    double& place = weights[class_of(text, name, i, train.classes)];
    if (place != kNone) refuse(text, "two weights for one class, at \"" + words[i] + "\"");
    place = *weight;
  }
  const auto missing = std::find(weights.begin(), weights.end(), kNone);
  if (missing != weights.end()) {
    refuse(text, "no weight of class \"" + train.classes[static_cast<size_t>(missing - weights.begin())] +
                     "\"; there are " + std::to_string(train.classes.size()) + " classes");
  }
  if (std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == 0; })) {
    refuse(text, "all weights are 0");
  }
  return weights;
}

}  // namespace eca
