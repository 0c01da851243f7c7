// Networks by name: resnet20, se_resnet20, eca_resnet20, ..., eca_resnet50, eca_mobilenet_v2_cifar.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "layers/module.hpp"
#include "models/network_body.hpp"
#include "models/network_config.hpp"

namespace eca {

struct ModelConfig {
  std::string name = "eca_resnet20";
  std::string attention = "";  // empty: what the name says; else for example "eca:k=5", over a plain name
  std::optional<Shortcut> shortcut;  // absent: the family's own, A for 6n+2 layers, B for ResNet-18 to -152
  int64_t in_channels = 3;
  int64_t classes = 10;
};

struct ModelFamily {
  std::string base;   // name without attention, "resnet20"
  int64_t depth;      // 0 where the name has none
  Shortcut shortcut;  // the default one
  std::unique_ptr<Module> (*make)(int64_t depth, const NetworkConfig& config);
  std::unique_ptr<NetworkBody> (*make_body)(int64_t depth, const NetworkConfig& config, double width);
  int64_t image_size;    // pixels a side of the images that its paper classifies,
  int64_t classes;       // and their classes
  std::string released;  // kernel sizes of the checkpoint released with ECA-Net, "3557"; empty: none
  std::string description;
};

// Every base network.
const std::vector<ModelFamily>& model_families();
// Every name there is: each base, plain and with the prefix of each attention module.
std::vector<std::string> model_names();
// The family that a name belongs to. Throws Error on an unknown name (with the nearest one).
const ModelFamily& family_of(const std::string& name);

// Builds the network; call initialise(seed) on it. Throws Error on an unknown name (with the nearest one), on
// attention given twice ("eca_resnet20" with --attention se), on an unknown module or option, on classes or
// channels below 1.
std::unique_ptr<Module> make_model(const ModelConfig& config);
// The same without its classifier, whose parameters have the same names; ResNets with so many times the channels. Throws Error
// besides on a width of another network than 1.
std::unique_ptr<NetworkBody> make_body(const ModelConfig& config, double width = 1);

// The attention text in force: config.attention, or what the name's prefix says, or "none".
std::string resolved_attention(const ModelConfig& config);
Shortcut resolved_shortcut(const ModelConfig& config);

}  // namespace eca
