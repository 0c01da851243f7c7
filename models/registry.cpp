#include "models/registry.hpp"

#include "core/closest_name.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "layers/attention/attention.hpp"

namespace eca {

const std::vector<ModelFamily>& model_families() {
  static const std::vector<ModelFamily> all = [] {
    std::vector<ModelFamily> families;
    for (const int64_t depth : {20, 32, 44, 56, 110}) {
      families.push_back({"resnet" + std::to_string(depth), depth, Shortcut::A, cifar_stages,
                          "He et al. section 4.2, 16/32/64 channels"});
    }
    for (const int64_t depth : {18, 34}) {
      families.push_back({"resnet" + std::to_string(depth) + "_cifar", depth, Shortcut::B, imagenet_stages,
                          "ResNet-" + std::to_string(depth) + " with a 3x3 stem, 64..512 channels"});
    }
    return families;
  }();
  return all;
}

static std::string with_prefix(const std::string& attention, const std::string& base) {
  return attention == "none" ? base : attention + "_" + base;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelFamily& family : model_families()) {
    for (const AttentionKind& kind : attention_kinds()) names.push_back(with_prefix(kind.name, family.base));
  }
  return names;
}

// What a name means.
struct NamedModel {
  const ModelFamily& family;
  std::string attention;
};

static NamedModel find_model(const std::string& name) {
  for (const ModelFamily& family : model_families()) {
    for (const AttentionKind& kind : attention_kinds()) {
      if (with_prefix(kind.name, family.base) == name) return {family, kind.name};
    }
  }
  throw Error("model: unknown name \"" + name + "\"" + did_you_mean(name, model_names()) +
              "\n  `eca list` prints all of them");
}

std::string resolved_attention(const ModelConfig& config) {
  const std::string from_name = find_model(config.name).attention;
  if (config.attention.empty()) return from_name;
  const std::string module = attention_name(config.attention);
  if (from_name != "none" && from_name != module) {
    throw Error("model: the name \"" + config.name + "\" says " + from_name + ", the attention given is \"" +
                config.attention + "\"; expected one of them, or the plain name");
  }
  return config.attention;
}

Shortcut resolved_shortcut(const ModelConfig& config) {
  return config.shortcut.value_or(find_model(config.name).family.shortcut);
}

std::unique_ptr<Module> make_model(const ModelConfig& config) {
  const ModelFamily& family = find_model(config.name).family;
  if (config.classes < 1)
    throw Error("model: " + std::to_string(config.classes) + " classes, expected at least 1");
  if (config.in_channels < 1) {
    throw Error("model: " + std::to_string(config.in_channels) + " input channels, expected at least 1");
  }
  const NetworkConfig network = {.attention = resolved_attention(config),
                                 .shortcut = resolved_shortcut(config),
                                 .in_channels = config.in_channels,
                                 .classes = config.classes};
  return std::make_unique<ResNetCifar>(family.stages(family.depth), network);
}

}  // namespace eca
