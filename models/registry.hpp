// Networks by name: resnet20, se_resnet20, eca_resnet20, ..., eca_resnet18_cifar.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/resnet_cifar.hpp"

namespace eca {

struct ModelConfig {
  std::string name = "eca_resnet20";
  std::string attention = "";  // empty: what the name says; else for example "eca:k=5", over a plain name
  std::optional<Shortcut> shortcut;  // absent: the family's own, A for 6n+2 layers, B for ResNet-18/34
  int64_t in_channels = 3;
  int64_t classes = 10;
};

struct ModelFamily {
  std::string base;  // name without attention, "resnet20"
  int64_t depth;
  Shortcut shortcut;  // the default one
  std::vector<StageConfig> (*stages)(int64_t depth);
  std::string description;
};

// Every base network.
const std::vector<ModelFamily>& model_families();
// Every name there is: each base, plain and with the prefix of each attention module.
std::vector<std::string> model_names();

// Builds the network; call initialise(seed) on it. Throws Error on an unknown name (with the nearest one), on
// attention given twice ("eca_resnet20" with --attention se), on an unknown module or option, on classes or
// channels below 1.
std::unique_ptr<Module> make_model(const ModelConfig& config);

// The attention text in force: config.attention, or what the name's prefix says, or "none".
std::string resolved_attention(const ModelConfig& config);
Shortcut resolved_shortcut(const ModelConfig& config);

}  // namespace eca
