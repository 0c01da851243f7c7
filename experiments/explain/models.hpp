// The networks that a page explains, side by side.
#pragma once

#include <string>
#include <vector>

#include "experiments/training/model_file.hpp"

namespace eca {

// A run, or a file of weights.
struct ExplainedModel {
  std::string path;
  LoadedModel model;
};

// What --compare takes: a run or a file of weights that names its network, "runs/eca"; or NETWORK=FILE for one that does not,
// as files of other programs: "eca_resnet20=converted.safetensors", or with the module's options
// "resnet20+eca:k=5=converted.safetensors".
struct ComparedWeights {
  std::string network, path;  // network empty: the file says it
};
// The network ends at the first '=' behind which there is a file or a folder; a name that is there as a whole is a path. Throws
// Error where neither is there.
ComparedWeights parse_compared(const std::string& text);

// Loads them. Of what `wishes` say of the first model, NETWORK=FILE takes classes, image size, mean and deviation; a run takes
// nothing. Throws what load_model throws, and FileError for a file that needs a NETWORK= and has none.
ExplainedModel load_compared(const std::string& text, const ModelWishes& wishes);

// Gives the names of classes to those models that have none. Throws Error unless all have the same classes and channels.
void make_comparable(std::vector<ExplainedModel>& models);

// "eca_resnet20", also of resnet20 with the attention eca; "se_resnet20 r=8" where the module has options.
std::string network_title(const ModelConfig& config);
// A title for each; where two have the same network, with what its path has beyond what all paths begin with: "eca_resnet20
// seed-1".
std::vector<std::string> titles_of(const std::vector<ExplainedModel>& models);

}  // namespace eca
