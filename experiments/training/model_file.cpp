#include "experiments/training/model_file.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "layers/state_dict.hpp"

namespace eca {

static const char* kCardKey = "card";

std::map<std::string, std::string> to_metadata(const ModelCard& card) {
  const nlohmann::json json = {{"model", card.model.name},
                               {"attention", resolved_attention(card.model)},
                               {"shortcut", resolved_shortcut(card.model) == Shortcut::A ? "A" : "B"},
                               {"in_channels", card.model.in_channels},
                               {"image_size", card.image_size},
                               {"mean", card.normalisation.mean},
                               {"std", card.normalisation.std},
                               {"classes", card.classes}};
  return {{kCardKey, json.dump()}};
}

bool has_card(const TensorFile& file) { return file.metadata.contains(kCardKey); }

ModelCard card_from_metadata(const TensorFile& file) {
  if (!has_card(file)) {
    throw FileError(file.path,
                    "does not say which network it belongs to (no \"card\" in its metadata); files of other "
                    "programs are run with `eca forward --model NAME`");
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
    card.normalisation = {json.at("mean"), json.at("std")};
    return card;
  } catch (const nlohmann::json::exception& error) {
    throw FileError(file.path, std::string("its \"card\" is not readable: ") + error.what());
  }
}

static TensorFile weights_only(TensorFile file) {
  std::erase_if(file.tensors, [](const auto& entry) { return entry.first.starts_with(kOptimizerPrefix); });
  return file;
}

LoadedModel load_model(const std::string& path) {
  const TensorFile file = weights_only(read_safetensors(path));
  LoadedModel loaded = {card_from_metadata(file), nullptr};
  loaded.network = make_model(loaded.card.model);
  loaded.network->initialise(0);
  load_state(*loaded.network, file);
  loaded.network->eval();
  return loaded;
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

}  // namespace eca
