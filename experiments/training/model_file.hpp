// Weight files: those of this program say what network they belong to, what it saw and what its classes are called, so that
// `eval` and `predict` need nothing but the file. Of files of other programs, PyTorch's above all, the user says it.
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
  int64_t resize = 0;       // of the shorter side of an image before its middle is taken; 0: image_size
  Normalisation normalisation;
  std::vector<std::string> classes;
};

// The card as metadata of a weight file, and back. from_metadata throws FileError naming the key if one is missing or
// unreadable.
std::map<std::string, std::string> to_metadata(const ModelCard& card);
ModelCard card_from_metadata(const TensorFile& file);
bool has_card(const TensorFile& file);

// The metadata under which files of detectors have what corresponds to the card, see experiments/detection/detector_file.hpp.
inline constexpr const char* kDetectorKey = "detector";

// Checkpoints hold the optimiser's state beside the weights, under names with this prefix.
inline const std::string kOptimizerPrefix = "optimizer.";

// What the user says of a weight file; empty or 0: what the file says. What is said wins.
struct ModelWishes {
  std::string model, attention, shortcut;  // as in ModelConfig
  std::string classes_file;  // text, a class on each line, in the order of the last layer's outputs
  int64_t image_size = 0;
  std::vector<double> mean, std;  // of Normalisation
};

struct LoadedModel {
  // Where neither file nor user say it: image_size is that of the network's paper; normalisation is ImageNet's for networks
  // of ImageNet, else empty; classes are empty.
  ModelCard card;
  std::unique_ptr<Module> network;  // in evaluation mode
  // What was understood and should be said, a line each: a prefix left out, types converted, k read off.
  std::vector<std::string> notes;
};
// From a weight file, checkpoint or run directory of this program, or weights of another with PyTorch's names. Throws
// FileError where the file is unreadable or does not fit, or no model is given for a file that does not name its own.
LoadedModel load_model(const std::string& file_or_directory, const ModelWishes& wishes = {});

// The weight file that a user means: the file itself, or of a run directory the final weights, or else its last
// checkpoint. Throws FileError if there is none.
std::string find_weights(const std::string& file_or_directory);
// The folder that file lies in.
std::string folder_of_weights(const std::string& file_or_directory);

// Lines of a text file, without blanks at their ends; an empty last line does not count. Throws FileError if the file cannot
// be read, or if a line is empty or stands twice.
std::vector<std::string> read_class_names(const std::string& path);

}  // namespace eca
