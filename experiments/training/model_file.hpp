// Weight files that say what network they belong to, what it saw and what its classes are called, so that `eval` and
// `predict` need nothing but the file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/files/safetensors.hpp"
#include "data/image_set.hpp"
#include "models/registry.hpp"

namespace eca {

// What surrounds the weights.
struct ModelCard {
  ModelConfig model;
  int64_t image_size = 32;  // of square training images
  Normalisation normalisation;
  std::vector<std::string> classes;
};

// The card as metadata of a weight file, and back. from_metadata throws FileError naming the key if one is missing or
// unreadable.
std::map<std::string, std::string> to_metadata(const ModelCard& card);
ModelCard card_from_metadata(const TensorFile& file);
bool has_card(const TensorFile& file);

// Checkpoints hold the optimiser's state beside the weights, under names with this prefix.
inline const std::string kOptimizerPrefix = "optimizer.";

struct LoadedModel {
  ModelCard card;
  std::unique_ptr<Module> network;  // in evaluation mode
};
// From a weight file or checkpoint of this program. Throws FileError.
LoadedModel load_model(const std::string& path);

// The weight file that a user means: the file itself, or of a run directory the final weights, or else its last
// checkpoint. Throws FileError if there is none.
std::string find_weights(const std::string& file_or_directory);

}  // namespace eca
