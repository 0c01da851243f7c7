// eca list
#include <cstdio>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "data/detection/detection_data.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/commands/commands.hpp"
#include "layers/attention/attention.hpp"
#include "layers/channel_gate.hpp"
#include "models/registry.hpp"

namespace eca {

namespace {

const char* letter(Shortcut shortcut) { return shortcut == Shortcut::A ? "A" : "B"; }

// Both shortcuts for the networks that He et al. have with both.
std::vector<Shortcut> listed_shortcuts(const ModelFamily& family) {
  if (family.shortcut == Shortcut::A && family.depth > 0) return {Shortcut::A, Shortcut::B};
  return {family.shortcut};
}

int64_t count_parameters(const ModelFamily& family, const std::string& attention, Shortcut shortcut,
                         int64_t classes) {
  const ModelConfig config = {.name = family.base,
                              .attention = attention,
                              .shortcut = shortcut,
                              .classes = classes != 0 ? classes : family.classes};
  return make_model(config)->parameter_count();
}

// classes 0: each network's own.
void list_networks(int64_t classes) {
  constexpr const char* kShown[] = {"none", "se", "eca", "cbam"};
  std::printf("trainable parameters, 3 input channels\n%-19s %s %7s", "network", "shortcut", "classes");
  for (const char* attention : kShown) std::printf(" %12s", attention);
  std::printf("\n");
  for (const ModelFamily& family : model_families()) {
    for (const Shortcut shortcut : listed_shortcuts(family)) {
      std::printf("%-19s %-8s %7lld", family.base.c_str(), letter(shortcut),
                  static_cast<long long>(classes != 0 ? classes : family.classes));
      for (const char* attention : kShown) {
        std::printf(" %12lld",
                    static_cast<long long>(count_parameters(family, attention, shortcut, classes)));
      }
      std::printf("\n");
    }
  }
}

// "-" where the module does not fit the widths of the network.
std::string added_parameters(const ModelFamily& family, const std::string& attention) {
  try {
    const int64_t with = count_parameters(family, attention, family.shortcut, 1);
    return std::to_string(with - count_parameters(family, "none", family.shortcut, 1));
  } catch (const Error&) {
    return "-";
  }
}

// What a module adds depends on the widths of a network alone, not on its shortcut or classes: a network of each kind.
void list_modules() {
  std::vector<const ModelFamily*> shown;
  for (const ModelFamily& family : model_families()) {
    for (const char* base : {"resnet20", "resnet56", "resnet18_cifar", "resnet50", "mobilenet_v2"}) {
      if (family.base == base) shown.push_back(&family);
    }
  }
  std::printf("\nadded by attention, each module with its default options\n%-13s", "module");
  for (const ModelFamily* family : shown) std::printf(" %14s", family->base.c_str());
  std::printf("\n");
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name == "none") continue;
    std::printf("%-13s", kind.name.c_str());
    for (const ModelFamily* family : shown)
      std::printf(" %14s", added_parameters(*family, kind.name).c_str());
    std::printf("\n");
  }
}

void list_parameters(int64_t classes) {
  list_networks(classes);
  list_modules();
}

void list_attention() {
  std::vector<std::string> gates;
  for (const AttentionKind& kind : attention_kinds()) {
    std::printf("  %-16s %s\n", kind.name.c_str(), kind.description.c_str());
    for (const AttentionOption& option : kind.options) {
      std::printf("      %-27s %s\n", option.syntax().c_str(), option.meaning.c_str());
    }
    const auto module = make_attention(kind.name, 64);
    if (dynamic_cast<const ChannelGate*>(module.get()) != nullptr) gates.push_back(kind.name);
  }
  std::printf(
      "      Where blocks are fused, these gate in the pass that ends one, the others in passes of their "
      "own:\n"
      "      %s\n",
      join(gates, ", ").c_str());
}

void list_everything() {
  std::printf("networks (any of them plain, or with the prefix of an attention module: eca_resnet20)\n");
  for (const ModelFamily& family : model_families()) {
    std::printf("  %-19s %s", family.base.c_str(), family.description.c_str());
    if (family.depth > 0) std::printf(", shortcut %s", letter(family.shortcut));
    if (!family.released.empty()) std::printf(";  released with eca:k=%s", family.released.c_str());
    std::printf("\n");
  }
  std::printf(
      "  k=3557: one digit for each stage of the network, as in the checkpoints released with ECA-Net\n");
  std::printf("\nattention (as a prefix of the network, or --attention NAME:option=value,...)\n");
  list_attention();
  std::printf("\ndata\n");
  for (const DatasetKind& kind : dataset_kinds()) {
    std::printf("  %-22s %s\n", kind.syntax.c_str(), kind.description.c_str());
  }
  std::printf("\ndata of detectors\n");
  for (const DetectionKind& kind : detection_kinds()) {
    std::printf("  %-22s %s\n", kind.syntax.c_str(), kind.description.c_str());
  }
  std::printf(
      "\nschedules\n  constant   step:at=0.5/0.75,factor=0.1   cosine:warmup=0.05   triangular:warmup=0.2\n"
      "\n`eca list --params` counts parameters, `eca stat MODEL` what they cost.\n");
}

}  // namespace

void add_list_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("list", "List networks, attention modules, data sets and schedules");
  struct Arguments {
    bool params = false;
    int64_t classes = 0;
  };
  auto arguments = std::make_shared<Arguments>();
  command->add_flag("--params", arguments->params, "count the parameters of every network");
  command->add_option("--classes", arguments->classes, "of the counted networks [10, for ImageNet 1000]")
      ->range(1, 1000000);
  command->footer("Examples:\n  eca list\n  eca list --params --classes 100");
  command->callback([arguments, &code] {
    if (arguments->params) {
      list_parameters(arguments->classes);
    } else {
      list_everything();
    }
    code = 0;
  });
}

}  // namespace eca
