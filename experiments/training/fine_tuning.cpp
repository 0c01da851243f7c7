#include "experiments/training/fine_tuning.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/training/model_file.hpp"
#include "layers/state_dict.hpp"
#include "models/weights_fit.hpp"

namespace eca {

void complete_from_weights(TrainConfig& config) {
  if (config.init.empty()) return;
  ModelWishes wishes = {.attention = config.attention, .shortcut = config.shortcut};
  if (config.given.contains("model")) wishes.model = config.model;
  const ModelConfig model = load_model(config.init, wishes).card.model;
  const std::string from_name = resolved_attention({.name = model.name});
  config.model = model.name;
  config.attention = model.attention == from_name ? "" : model.attention;
  if (model.shortcut && *model.shortcut != family_of(model.name).shortcut) {
    config.shortcut = *model.shortcut == Shortcut::A ? "A" : "B";
  }
}

std::vector<std::string> load_initial_weights(Module& network, const ModelConfig& model,
                                              const std::string& path) {
  ModelWishes wishes = {.model = model.name, .attention = resolved_attention(model)};
  wishes.shortcut = resolved_shortcut(model) == Shortcut::A ? "A" : "B";
  LoadedModel loaded = load_model(path, wishes);
  if (loaded.card.model.in_channels != model.in_channels) {
    throw FileError(path, "weights for images of " + std::to_string(loaded.card.model.in_channels) +
                              " channels; the data have " + std::to_string(model.in_channels));
  }
  TensorFile weights = save_state(*loaded.network);
  weights.path = path;
  const std::string head = head_name(model);
  const std::string there = std::to_string(loaded.card.model.classes);
  if (loaded.card.model.classes == model.classes) {
    loaded.notes.push_back("last layer " + head + ": kept, " + there + " classes there and here");
  } else {
    loaded.notes.push_back("last layer " + head + ": fresh, as there are " + there + " classes there and " +
                           std::to_string(model.classes) + " here");
    const TensorFile fresh = save_state(network);
    for (const char* part : {".weight", ".bias"}) weights.tensors.at(head + part) = fresh.at(head + part);
  }
  load_state(network, weights);
  for (std::string& note : loaded.notes) note = path + ": " + note;
  return loaded.notes;
}

namespace {

// The name and all its beginnings up to a dot: "layer1", "layer1.0", "layer1.0.conv1", "layer1.0.conv1.weight".
std::vector<std::string> paths_of(const std::string& name) {
  std::vector<std::string> paths;
  for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    paths.push_back(name.substr(0, dot));
  }
  paths.push_back(name);
  return paths;
}

bool fits(const std::string& pattern, const std::string& name) {
  const std::vector<std::string> paths = paths_of(name);
  return std::any_of(paths.begin(), paths.end(),
                     [&](const std::string& path) { return fnmatch(pattern.c_str(), path.c_str(), 0) == 0; });
}

}  // namespace

std::vector<Parameter*> freeze(Module& network, const std::string& patterns) {
  std::vector<Parameter*> left = network.parameters();
  if (patterns.empty()) return left;
  std::vector<std::string> names;
  for (const Parameter* parameter : left) {
    for (const std::string& path : paths_of(parameter->name)) names.push_back(path);
  }
  for (const std::string& pattern : split(patterns, ',')) {
    bool any = false;
    for (Parameter* parameter : network.parameters()) {
      if (!fits(pattern, parameter->name)) continue;
      parameter->value.set_requires_grad(false);
      any = true;
    }
    if (!any) {
      throw Error("freeze: \"" + pattern + "\" fits no parameter" + did_you_mean(pattern, names) +
                  "; `eca info` of a weight file lists the names");
    }
  }
  std::erase_if(left, [](const Parameter* parameter) { return !parameter->value.requires_grad(); });
  if (left.empty())
    throw Error("freeze: \"" + patterns + "\" fits every parameter, nothing is left to train");
  return left;
}

}  // namespace eca
