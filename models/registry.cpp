#include "models/registry.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "layers/attention/attention.hpp"
#include "models/mobilenet_v2.hpp"
#include "models/resnet_cifar.hpp"

namespace eca {

namespace {

ResNetLayout cifar_layout(int64_t depth) { return {Stem::small, Block::basic, cifar_stages(depth)}; }

template <Stem stem>
ResNetLayout layout_of(int64_t depth) {
  return resnet_layout(depth, stem);
}

template <ResNetLayout layout(int64_t)>
std::unique_ptr<Module> make_resnet(int64_t depth, const NetworkConfig& config) {
  return std::make_unique<ResNet>(layout(depth), config);
}

template <ResNetLayout layout(int64_t)>
std::unique_ptr<NetworkBody> make_resnet_body(int64_t depth, const NetworkConfig& config, double width) {
  return std::make_unique<ResNetBody>(widened(layout(depth), width), config);
}

void check_mobilenet_shortcut(const NetworkConfig& config) {
  if (config.shortcut != Shortcut::A) {
    throw Error("model: mobilenet_v2 has no shortcut B, expected A: it adds only where shapes agree");
  }
}

template <MobileNetV2Scale scale>
std::unique_ptr<Module> make_mobilenet_v2(int64_t, const NetworkConfig& config) {
  check_mobilenet_shortcut(config);
  return std::make_unique<MobileNetV2>(scale, config);
}

template <MobileNetV2Scale scale>
std::unique_ptr<NetworkBody> make_mobilenet_v2_body(int64_t, const NetworkConfig& config, double width) {
  check_mobilenet_shortcut(config);
  if (width != 1) {
    throw Error("model: mobilenet_v2 with a width of " + std::to_string(width) +
                ", expected 1: ResNets alone have another");
  }
  return std::make_unique<MobileNetV2Body>(scale, config);
}

std::vector<ModelFamily> list_families() {
  struct Released {
    int64_t depth;
    const char* k;
  };
  const Released resnets[] = {{18, "3577"}, {34, "3357"}, {50, "3557"}, {101, "3357"}, {152, "3357"}};
  std::vector<ModelFamily> families;
  for (const int64_t depth : {20, 32, 44, 56, 110}) {
    families.push_back({"resnet" + std::to_string(depth), depth, Shortcut::A, make_resnet<cifar_layout>,
                        make_resnet_body<cifar_layout>, 32, 10, "",
                        "He et al. section 4.2, 16/32/64 channels"});
  }
  for (const auto& [depth, k] : resnets) {
    const std::string name = "resnet" + std::to_string(depth);
    families.push_back({name + "_cifar", depth, Shortcut::B, make_resnet<layout_of<Stem::small>>,
                        make_resnet_body<layout_of<Stem::small>>, 32, 10, "",
                        "ResNet-" + std::to_string(depth) + " with a 3x3 stem"});
  }
  families.push_back({"mobilenet_v2_cifar", 0, Shortcut::A, make_mobilenet_v2<MobileNetV2Scale::small>,
                      make_mobilenet_v2_body<MobileNetV2Scale::small>, 32, 10, "",
                      "MobileNetV2 with two strides less"});
  for (const auto& [depth, k] : resnets) {
    families.push_back({"resnet" + std::to_string(depth), depth, Shortcut::B,
                        make_resnet<layout_of<Stem::image>>, make_resnet_body<layout_of<Stem::image>>, 224,
                        1000, k, "ResNet-" + std::to_string(depth) + " for ImageNet"});
  }
  families.push_back({"mobilenet_v2", 0, Shortcut::A, make_mobilenet_v2<MobileNetV2Scale::image>,
                      make_mobilenet_v2_body<MobileNetV2Scale::image>, 224, 1000, "1111333",
                      "MobileNetV2 for ImageNet"});
  return families;
}

}  // namespace

const std::vector<ModelFamily>& model_families() {
  static const std::vector<ModelFamily> all = list_families();
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

const ModelFamily& family_of(const std::string& name) { return find_model(name).family; }

std::string resolved_attention(const ModelConfig& config) {
  const std::string from_name = find_model(config.name).attention;
  if (config.attention.empty()) return from_name;
  const std::string module = attention_name(config.attention);
  if (from_name != "none" && from_name != module) {
    throw Error("model: the name \"" + config.name + "\" says " + from_name + ", the attention given is \"" +
                config.attention + "\"; expected one of them, or the plain name, " +
                family_of(config.name).base);
  }
  return config.attention;
}

Shortcut resolved_shortcut(const ModelConfig& config) {
  return config.shortcut.value_or(family_of(config.name).shortcut);
}

// What the network of a family is made from.
static NetworkConfig checked_network_config(const ModelConfig& config) {
  if (config.classes < 1)
    throw Error("model: " + std::to_string(config.classes) + " classes, expected at least 1");
  if (config.in_channels < 1) {
    throw Error("model: " + std::to_string(config.in_channels) + " input channels, expected at least 1");
  }
  return {.attention = resolved_attention(config),
          .shortcut = resolved_shortcut(config),
          .in_channels = config.in_channels,
          .classes = config.classes};
}

std::unique_ptr<Module> make_model(const ModelConfig& config) {
  const ModelFamily& family = family_of(config.name);
  return family.make(family.depth, checked_network_config(config));
}

std::unique_ptr<NetworkBody> make_body(const ModelConfig& config, double width) {
  const ModelFamily& family = family_of(config.name);
  return family.make_body(family.depth, checked_network_config(config), width);
}

}  // namespace eca
