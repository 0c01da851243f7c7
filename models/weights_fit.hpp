// Weight files as they come from other programs, and the network that they fit.
//
//   TensorFile weights = read_safetensors("eca_mobilenet_v2.safetensors");
//   drop_shared_prefix(weights);                                            "module.features..." -> "features..."
//   FittedNetwork fitted = fit_network({.name = "eca_mobilenet_v2"}, weights);
//   fitted.config.attention                                                 "eca:k=1111333", read off the shapes
#pragma once

#include <memory>
#include <string>

#include "core/files/safetensors.hpp"
#include "models/registry.hpp"

namespace eca {

// Leaves out the beginnings that the names of all tensors share: "module." of PyTorch's DataParallel, "_orig_mod." of
// torch.compile, "model.", and several of them behind each other. No network of the registry has all its parameters under
// one name. Returns what was left out, "" if nothing.
std::string drop_shared_prefix(TensorFile& weights);

// "62 tensors float16, 3 uint8, converted to float32"; "" where all are float32, float64 or counters of int64, which the
// library itself writes.
std::string converted_dtypes(const TensorFile& weights);

// The name of the last layer: "fc" of the ResNets, "classifier.1" of MobileNetV2.
std::string head_name(const ModelConfig& config);

// The names of the registry whose networks have these parameters, whatever k. More than one where networks differ in strides
// alone, as mobilenet_v2 and mobilenet_v2_cifar. Looked for with the default options of attention and the own shortcut.
std::vector<std::string> networks_that_fit(const TensorFile& weights);
// "--model eca_mobilenet_v2_cifar or eca_mobilenet_v2", for messages.
std::string model_option(const std::vector<std::string>& names);

struct FittedNetwork {
  ModelConfig config;               // with what the shapes say
  std::unique_ptr<Module> network;  // named and loaded
  std::string read_off;  // "k = 1111333 of eca, read off the weights"; "" where the shapes said nothing new
};
// The network that `weights` belong to, with these weights. config.name is given; config.in_channels and config.classes are
// taken from the first and last layer. Where config.attention (or the name) gives a module with a kernel size, but no
// options of it, k of each stage is read off the weights, as no file of PyTorch says it otherwise.
// Throws FileError if they do not fit, naming the option with which they would, where there is one; also if k differs
// within a stage, or is more than 9 in one stage and other in another: --attention has a digit for each stage.
FittedNetwork fit_network(ModelConfig config, const TensorFile& weights);

}  // namespace eca
