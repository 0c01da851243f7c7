#include "models/weights_fit.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "layers/attention/attention.hpp"
#include "layers/state_dict.hpp"
#include "models/mobilenet_v2.hpp"

namespace eca {

std::string drop_shared_prefix(TensorFile& weights) {
  std::string dropped;
  while (weights.tensors.size() > 1) {
    const std::string& first = weights.tensors.begin()->first;
    const std::string prefix = first.substr(0, first.find('.') + 1);  // "" without a dot
    const bool shared = std::all_of(weights.tensors.begin(), weights.tensors.end(), [&](const auto& entry) {
      return entry.first.starts_with(prefix) && entry.first.size() > prefix.size();
    });
    if (prefix.empty() || !shared) break;
    std::map<std::string, FileTensor> shorter;
    for (auto& [name, tensor] : weights.tensors) shorter[name.substr(prefix.size())] = std::move(tensor);
    weights.tensors = std::move(shorter);
    dropped += prefix;
  }
  return dropped;
}

std::string converted_dtypes(const TensorFile& weights) {
  std::map<Dtype, int> counts;
  for (const auto& [name, tensor] : weights.tensors) {
    const bool own = tensor.dtype == Dtype::f32 || tensor.dtype == Dtype::f64 ||
                     (tensor.dtype == Dtype::i64 && tensor.shape.empty());
    if (!own) ++counts[tensor.dtype];
  }
  if (counts.empty()) return "";
  std::string text;
  for (const auto& [dtype, count] : counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + (text.empty() ? " tensors " : " ") +
            pytorch_name(dtype);
  }
  return text + ", converted to " + (sizeof(real) == sizeof(float) ? "float32" : "float64");
}

namespace {

bool is_mobilenet(const ModelConfig& config) { return family_of(config.name).base.starts_with("mobilenet"); }

// The last layer's bias has one value for each class.
int64_t classes_of(const ModelConfig& config, const TensorFile& weights) {
  const std::string name = head_name(config) + ".bias";
  const FileTensor& bias = weights.at(name);
  if (bias.shape.size() == 1) return bias.shape[0];
  throw FileError(weights.path, "tensor \"" + name + "\": expected one axis, the classes, found " +
                                    std::to_string(bias.shape.size()) + " axes");
}

// The first convolution is (O,I,KH,KW), and I are the channels of the images.
int64_t channels_of(const ModelConfig& config, const TensorFile& weights) {
  const auto found = weights.tensors.find(is_mobilenet(config) ? "features.0.0.weight" : "conv1.weight");
  if (found == weights.tensors.end() || found->second.shape.size() != 4) return config.in_channels;
  return found->second.shape[1];
}

// The stage, from 0, of a parameter of a block: "layer3.0.eca.conv.weight" is of stage 2.
size_t stage_of(const ModelConfig& config, const std::string& name) {
  const std::vector<std::string> parts = split(name, '.');
  if (is_mobilenet(config)) return mobilenet_v2_stage(whole_number(parts.at(1)).value_or(1));
  return static_cast<size_t>(whole_number(parts.at(0).substr(std::string("layer").size())).value_or(1) - 1);
}

bool has_kernel_size(const std::string& attention) {
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name != attention) continue;
    return std::any_of(kind.options.begin(), kind.options.end(),
                       [](const AttentionOption& option) { return option.key == "k"; });
  }
  return false;
}

// One whose shape says k, which is read off the weights.
bool says_k(const Parameter* parameter) {
  return parameter->layout == FileLayout::conv1d || parameter->layout == FileLayout::depthwise1d;
}

// k of a stage, and the parameter that says it.
struct StageKernel {
  int64_t k;
  std::string parameter;
};

[[noreturn]] void refuse_kernels(const TensorFile& weights, const StageKernel& a, const StageKernel& b,
                                 const std::string& why) {
  throw FileError(weights.path, "\"" + a.parameter + "\" has k = " + std::to_string(a.k) + ", \"" +
                                    b.parameter + "\" k = " + std::to_string(b.k) + "; " + why);
}

// "3557", or "5" where all stages have the same k; "" if the weights hold none.
std::string kernel_sizes(const ModelConfig& config, Module& network, const TensorFile& weights) {
  std::vector<StageKernel> stages;
  for (const Parameter* parameter : network.parameters()) {
    if (!says_k(parameter)) continue;
    const auto found = weights.tensors.find(parameter->name);
    if (found == weights.tensors.end() || found->second.shape.size() != 3) return "";
    const StageKernel here = {found->second.shape[2], parameter->name};
    const size_t stage = stage_of(config, parameter->name);
    if (stage == stages.size()) stages.push_back(here);
    if (stages.at(stage).k != here.k) {
      refuse_kernels(weights, stages[stage], here, "expected one k for all blocks of a stage");
    }
  }
  const auto differs = [&](const StageKernel& stage) { return stage.k != stages[0].k; };
  const auto other = std::find_if(stages.begin(), stages.end(), differs);
  if (stages.empty()) return "";
  if (other == stages.end()) return std::to_string(stages[0].k);
  std::string digits;
  for (const StageKernel& stage : stages) {
    if (stage.k > 9) {
      refuse_kernels(
          weights, stages[0], &stage == &stages[0] ? *other : stage,
          "expected at most 9 where stages differ, as --attention eca:k=3557 has a digit for each");
    }
    digits += std::to_string(stage.k);
  }
  return digits;
}

// The module that stands in the names of a file's tensors, "eca" in "layer1.0.eca.conv.weight"; "" if none does.
std::string attention_in_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    for (const std::string& part : split(name, '.')) {
      for (const AttentionKind& kind : attention_kinds()) {
        if (part == kind.name) return part;
      }
    }
  }
  return "";
}

std::vector<std::string> names_of(const std::vector<const Parameter*>& parameters) {
  std::vector<std::string> names;
  for (const Parameter* parameter : parameters) names.push_back(parameter->name);
  return names;
}

bool name_part(const std::vector<std::string>& names, const std::string& part) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.find("." + part + ".") != std::string::npos;
  });
}

std::vector<std::string> names_of(const TensorFile& weights) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : weights.tensors) names.push_back(name);
  return names;
}

bool fits(const ModelConfig& config, const TensorFile& weights) {
  const auto network = make_model(config);
  const size_t most = network->parameters().size() + network->buffers().size();
  if (weights.tensors.size() > most || weights.tensors.size() < network->parameters().size()) return false;
  network->name_parameters();
  const StateMismatch mismatch = compare_state(*network, weights);
  return mismatch.missing.empty() && mismatch.unknown.empty() &&
         std::all_of(mismatch.misshapen.begin(), mismatch.misshapen.end(), says_k);
}

std::string of_another_network(const std::vector<std::string>& fitting) {
  return "they are of another network: " + model_option(fitting) + " fits";
}

// What would make them fit, in words; "" if nothing known would.
std::string advice(const ModelConfig& config, Module& network, const TensorFile& weights,
                   const StateMismatch& mismatch) {
  const std::string& base = family_of(config.name).base;
  const std::vector<std::string> fitting = networks_that_fit(weights);
  const auto same_base = [&](const std::string& name) { return family_of(name).base == base; };
  if (!fitting.empty() && std::none_of(fitting.begin(), fitting.end(), same_base)) {
    return of_another_network(fitting);
  }
  const std::string module = attention_name(resolved_attention(config));
  for (const Parameter* parameter : mismatch.misshapen) {
    if (!says_k(parameter)) continue;
    const std::string k = has_kernel_size(module) ? kernel_sizes(config, network, weights) : "";
    if (k.empty()) continue;
    return "\"" + parameter->name + "\" has k = " + std::to_string(weights.at(parameter->name).shape[2]) +
           ", the network k = " + std::to_string(file_shape(*parameter)[2]) + ": --attention " + module +
           ":k=" + k + " fits";
  }
  const std::string in_file = attention_in_names(names_of(weights));
  if (!in_file.empty() && in_file != module) {
    return "they have the attention module " + in_file + ", the network " + module + ": --model " + in_file +
           "_" + base + " has it";
  }
  if (module != "none" && in_file.empty() && !attention_in_names(names_of(mismatch.missing)).empty()) {
    return "they have no attention module, the network has " + module + ": --model " + base + " has none";
  }
  if (name_part(mismatch.unknown, "downsample")) return "they have shortcuts B: --shortcut B";
  if (name_part(names_of(mismatch.missing), "downsample")) return "they have shortcuts A: --shortcut A";
  const bool one_dimensional =
      std::any_of(mismatch.unknown.begin(), mismatch.unknown.end(), [&](const std::string& name) {
        const std::vector<int64_t>& shape = weights.at(name).shape;
        return shape.size() == 3 && shape[0] == 1 && shape[1] == 1;
      });
  if (one_dimensional && module == "none")
    return "they have the attention module eca: --model eca_" + base + " has it";
  return "";
}

}  // namespace

std::string head_name(const ModelConfig& config) { return is_mobilenet(config) ? "classifier.1" : "fc"; }

std::vector<std::string> networks_that_fit(const TensorFile& weights) {
  const std::string in_file = attention_in_names(names_of(weights));
  // MobileNetV2 has no name for its module, "features.4.conv.3.conv.weight".
  const std::vector<std::string> prefixes =
      in_file.empty() ? std::vector<std::string>{"", "eca_"} : std::vector<std::string>{in_file + "_"};
  std::vector<std::string> fitting;
  for (const ModelFamily& family : model_families()) {
    ModelConfig config = {.name = family.base};
    const auto bias = weights.tensors.find(head_name(config) + ".bias");
    if (bias == weights.tensors.end() || bias->second.shape.size() != 1) continue;
    config.classes = bias->second.shape[0];
    config.in_channels = channels_of(config, weights);
    for (const std::string& prefix : prefixes) {
      config.name = prefix + family.base;
      if (fits(config, weights)) fitting.push_back(config.name);
    }
  }
  return fitting;
}

std::string model_option(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "--model " : " or ") + name;
  return text;
}

FittedNetwork fit_network(ModelConfig config, const TensorFile& weights) {
  if (!weights.tensors.contains(head_name(config) + ".bias")) {
    const std::vector<std::string> fitting = networks_that_fit(weights);
    if (!fitting.empty()) throw FileError(weights.path, of_another_network(fitting));
  }
  config.classes = classes_of(config, weights);
  config.in_channels = channels_of(config, weights);
  FittedNetwork fitted = {config, make_model(config), ""};
  fitted.network->name_parameters();

  const std::string attention = resolved_attention(config);
  StateMismatch mismatch = compare_state(*fitted.network, weights);
  if (!mismatch.misshapen.empty() &&
      has_kernel_size(attention)) {  // without options, "eca" and not "eca:k=3"
    const std::string k = kernel_sizes(config, *fitted.network, weights);
    if (!k.empty()) {
      config.attention = attention + ":k=" + k;
      fitted = {config, make_model(config), "k = " + k + " of " + attention + ", read off the weights"};
      fitted.network->name_parameters();
      mismatch = compare_state(*fitted.network, weights);
    }
  }
  if (!mismatch.none()) {
    const std::string hint = advice(config, *fitted.network, weights, mismatch);
    throw FileError(weights.path, hint.empty() ? to_string(mismatch, weights) : hint);
  }
  load_state(*fitted.network, weights);
  return fitted;
}

}  // namespace eca
