// eca list
#include <cstdio>

#include "data/dataset.hpp"
#include "experiments/commands.hpp"
#include "layers/attention/attention.hpp"
#include "models/registry.hpp"

namespace eca {

namespace {

const char* letter(Shortcut shortcut) { return shortcut == Shortcut::A ? "A" : "B"; }

// Both shortcuts for the networks that He et al. have with both.
std::vector<Shortcut> listed_shortcuts(const ModelFamily& family) {
  if (family.shortcut == Shortcut::A && family.depth > 0) return {Shortcut::A, Shortcut::B};
  return {family.shortcut};
}

// classes 0: each network's own.
void list_parameters(int64_t classes) {
  std::printf("trainable parameters, 3 input channels\n%-19s %s %7s", "network", "shortcut", "classes");
  for (const AttentionKind& kind : attention_kinds()) std::printf(" %12s", kind.name.c_str());
  std::printf("\n");
  for (const ModelFamily& family : model_families()) {
    for (const Shortcut shortcut : listed_shortcuts(family)) {
      ModelConfig config = {.name = family.base, .shortcut = shortcut, .classes = family.classes};
      if (classes != 0) config.classes = classes;
      std::printf("%-19s %-8s %7lld", family.base.c_str(), letter(shortcut),
                  static_cast<long long>(config.classes));
      for (const AttentionKind& kind : attention_kinds()) {
        config.attention = kind.name;
        std::printf(" %12lld", static_cast<long long>(make_model(config)->parameter_count()));
      }
      std::printf("\n");
    }
  }
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
  for (const AttentionKind& kind : attention_kinds()) {
    std::printf("  %-16s %s%s%s\n", kind.name.c_str(), kind.description.c_str(),
                kind.options.empty() ? "" : ";  ", kind.options.c_str());
  }
  std::printf("\ndata\n");
  for (const DatasetKind& kind : dataset_kinds()) {
    std::printf("  %-22s %s\n", kind.syntax.c_str(), kind.description.c_str());
  }
  std::printf(
      "\nschedules\n  constant   step:at=0.5/0.75,factor=0.1   cosine:warmup=0.05   triangular:warmup=0.2\n"
      "\n`eca list --params` counts parameters, `eca stat MODEL` what they cost.\n");
}

}  // namespace

void add_list_command(CLI::App& program, int& code) {
  auto* command = program.add_subcommand("list", "List networks, attention modules, data sets and schedules");
  struct Arguments {
    bool params = false;
    int64_t classes = 0;
  };
  auto arguments = std::make_shared<Arguments>();
  command->add_flag("--params", arguments->params, "count the parameters of every network");
  command->add_option("--classes", arguments->classes, "of the counted networks [10, for ImageNet 1000]")
      ->check(CLI::Range(1, 1000000));
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
