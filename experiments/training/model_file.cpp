#include "experiments/training/model_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "data/images/image_file.hpp"
#include "experiments/common/config_lines.hpp"
#include "models/weights_fit.hpp"

namespace eca {

static const char* kCardKey = "card";

std::map<std::string, std::string> to_metadata(const ModelCard& card) {
  nlohmann::json json = {{"model", card.model.name},
                         {"attention", resolved_attention(card.model)},
                         {"shortcut", resolved_shortcut(card.model) == Shortcut::A ? "A" : "B"},
                         {"in_channels", card.model.in_channels},
                         {"image_size", card.image_size},
                         {"mean", card.normalisation.mean},
                         {"std", card.normalisation.std},
                         {"classes", card.classes}};
  if (card.resize != 0) json["resize"] = card.resize;
  return {{kCardKey, json.dump()}};
}

bool has_card(const TensorFile& file) { return file.metadata.contains(kCardKey); }

ModelCard card_from_metadata(const TensorFile& file) {
  if (!has_card(file)) {
    throw FileError(file.path, "does not say which network it belongs to (no \"card\" in its metadata)");
  }
  try {
    const auto json = nlohmann::json::parse(file.metadata.at(kCardKey));
    ModelCard card;
    card.classes = json.at("classes").get<std::vector<std::string>>();
    card.model = {.name = json.at("model"),
                  .attention = json.at("attention"),
                  .shortcut = parse_shortcut(json.at("shortcut")),
                  .in_channels = json.at("in_channels"),
                  .classes = static_cast<int64_t>(card.classes.size())};
    card.image_size = json.at("image_size");
    card.resize = json.value("resize", int64_t{0});
    check_resize(card.resize, card.image_size);
    card.normalisation = {json.at("mean"), json.at("std")};
    return card;
  } catch (const nlohmann::json::exception& error) {
    throw FileError(file.path, std::string("its \"card\" is not readable: ") + error.what());
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    throw FileError(file.path, std::string("its \"card\" is not right: ") + error.what());
  }
}

// The weights alone, under the names of a network of the registry.
static TensorFile read_weights(const std::string& path, std::vector<std::string>& notes) {
  TensorFile file = read_safetensors(path);
  if (file.metadata.contains(kDetectorKey)) {
    throw FileError(path,
                    "holds a detector, expected a classifier; detectors are read by eca detect eval and "
                    "eca detect predict");
  }
  std::erase_if(file.tensors, [](const auto& entry) { return entry.first.starts_with(kOptimizerPrefix); });
  if (const std::string prefix = drop_shared_prefix(file); !prefix.empty()) {
    notes.push_back("all names begin with \"" + prefix + "\", which is left out");
  }
  if (const std::string converted = converted_dtypes(file); !converted.empty()) notes.push_back(converted);
  return file;
}

// The user's words before the file's.
static ModelCard wished_card(const TensorFile& weights, const ModelWishes& wishes) {
  ModelCard card;
  if (has_card(weights)) {
    card = card_from_metadata(weights);
  } else if (wishes.model.empty()) {
    const std::vector<std::string> fitting = networks_that_fit(weights);
    throw FileError(weights.path,
                    "does not say which network it belongs to, as files of other programs do not; " +
                        (fitting.empty() ? "give it with --model NAME, see `eca list`"
                                         : model_option(fitting) + " fits"));
  }
  if (!wishes.model.empty() && wishes.model != card.model.name) {
    card.model = {.name = wishes.model, .attention = "", .shortcut = std::nullopt};
  }
  if (!wishes.attention.empty()) card.model.attention = wishes.attention;
  if (!wishes.shortcut.empty()) card.model.shortcut = parse_shortcut(wishes.shortcut);
  if (!has_card(weights)) {
    card.image_size = family_of(card.model.name).image_size;
    // Of the photographs of ImageNet, as every network of torchvision takes them.
    if (card.image_size == 224) card.normalisation = {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
  }
  if (wishes.image_size > 0) {
    card.image_size = wishes.image_size;
    card.resize = 0;
  }
  if (!wishes.mean.empty()) card.normalisation.mean = wishes.mean;
  if (!wishes.std.empty()) card.normalisation.std = wishes.std;
  if (!wishes.classes_file.empty()) card.classes = read_class_names(wishes.classes_file);
  return card;
}

static void check_card(const ModelCard& card, const std::string& path, const ModelWishes& wishes) {
  const auto channels = static_cast<size_t>(card.model.in_channels);
  for (const auto& [name, values] :
       {std::pair("mean", &card.normalisation.mean), {"std", &card.normalisation.std}}) {
    if (values->empty() || values->size() == channels) continue;
    throw FileError(path, std::string(name) + ": " + std::to_string(values->size()) + " numbers, expected " +
                              std::to_string(channels) + ", one for each channel of the images");
  }
  if (card.classes.empty() || std::ssize(card.classes) == card.model.classes) return;
  throw FileError(wishes.classes_file.empty() ? path : wishes.classes_file,
                  std::to_string(card.classes.size()) + " names of classes, expected " +
                      std::to_string(card.model.classes) + ", as the last layer of " + path + " has outputs");
}

LoadedModel load_model(const std::string& file_or_directory, const ModelWishes& wishes) {
  const std::string path = find_weights(file_or_directory);
  LoadedModel loaded;
  const TensorFile weights = read_weights(path, loaded.notes);
  loaded.card = wished_card(weights, wishes);
  FittedNetwork fitted = fit_network(loaded.card.model, weights);
  if (!fitted.read_off.empty()) loaded.notes.push_back(fitted.read_off);
  loaded.card.model = fitted.config;
  if (fitted.config.in_channels != 3 && !has_card(weights) && wishes.mean.empty())
    loaded.card.normalisation = {};
  check_card(loaded.card, path, wishes);
  loaded.network = std::move(fitted.network);
  loaded.network->eval();
  return loaded;
}

std::vector<std::string> read_class_names(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    throw FileError(path, "cannot be read: expected a text file with the name of a class on each line");
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (names.empty()) line = without_byte_order_mark(line);
    line.erase(line.find_last_not_of(" \t\r") + 1);
    names.push_back(line);
  }
  while (!names.empty() && names.back().empty()) names.pop_back();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string where = "line " + std::to_string(i + 1);
    if (names[i].empty()) throw FileError(path, where + " is empty, expected the name of a class");
    const auto first = std::find(names.begin(), names.end(), names[i]) - names.begin();
    if (static_cast<size_t>(first) != i) {
      throw FileError(path, where + ": the class \"" + names[i] + "\" stands in line " +
                                std::to_string(first + 1) + ", too");
    }
  }
  return names;
}

std::string find_weights(const std::string& file_or_directory) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(file_or_directory)) return file_or_directory;
  for (const char* name : {"weights.safetensors", "last.safetensors"}) {
    const fs::path path = fs::path(file_or_directory) / name;
    if (fs::exists(path)) return path.string();
  }
  throw FileError(file_or_directory,
                  "no weights in this directory: expected weights.safetensors or last.safetensors");
}

std::string folder_of_weights(const std::string& file_or_directory) {
  const std::string folder = std::filesystem::path(find_weights(file_or_directory)).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace eca
