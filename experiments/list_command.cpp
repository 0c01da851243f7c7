// eca list
#include <cstdio>

#include "data/dataset.hpp"
#include "experiments/commands.hpp"
#include "layers/attention/attention.hpp"
#include "models/registry.hpp"

namespace eca {

namespace {

int64_t count_parameters(const std::string& base, const std::string& attention, Shortcut shortcut,
                         int64_t classes) {
  const ModelConfig config = {.name = base, .attention = attention, .shortcut = shortcut, .classes = classes};
  return make_model(config)->parameter_count();
}

// Attention adds the same number whatever the shortcut and the classes, so there are two tables instead of
// their product.
void list_parameters(int64_t classes) {
  std::printf("trainable parameters, %lld classes, 3 input channels\n%-16s %12s %12s\n",
              static_cast<long long>(classes), "network", "shortcut A", "shortcut B");
  for (const ModelFamily& family : model_families()) {
    std::printf("%-16s", family.base.c_str());
    for (const Shortcut shortcut : {Shortcut::A, Shortcut::B}) {
      std::printf(" %12lld",
                  static_cast<long long>(count_parameters(family.base, "none", shortcut, classes)));
    }
    std::printf("\n");
  }
  std::printf("\nadded by attention, each with its default options\n%-13s", "module");
  for (const ModelFamily& family : model_families()) std::printf(" %14s", family.base.c_str());
  std::printf("\n");
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name == "none") continue;
    std::printf("%-13s", kind.name.c_str());
    for (const ModelFamily& family : model_families()) {
      const int64_t plain = count_parameters(family.base, "none", Shortcut::A, 1);
      const int64_t with = count_parameters(family.base, kind.name, Shortcut::A, 1);
      std::printf(" %14lld", static_cast<long long>(with - plain));
    }
    std::printf("\n");
  }
}

void list_everything() {
  std::printf("networks (any of them plain, or with the prefix of an attention module: eca_resnet20)\n");
  for (const ModelFamily& family : model_families()) {
    std::printf("  %-16s %s, shortcut %s\n", family.base.c_str(), family.description.c_str(),
                family.shortcut == Shortcut::A ? "A" : "B");
  }
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
      "\n`eca list --params` counts parameters.\n");
}

}  // namespace

void add_list_command(CLI::App& program, int& code) {
  auto* command = program.add_subcommand("list", "List networks, attention modules, data sets and schedules");
  struct Arguments {
    bool params = false;
    int64_t classes = 10;
  };
  auto arguments = std::make_shared<Arguments>();
  command->add_flag("--params", arguments->params, "count the parameters of every network");
  command->add_option("--classes", arguments->classes, "of the counted networks [10]")
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
