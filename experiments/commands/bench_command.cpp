// eca bench
#include <cstdio>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/bench/bench_report.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/environment.hpp"

namespace eca {

namespace {

struct BenchArguments {
  BenchConfig config;
  std::string shortcut, layers = "12";
  bool json = false, explain = false;
  MachineOptions machine;
};

// "all" is 0.
size_t parse_layers(const std::string& text) {
  if (text == "all") return 0;
  const int64_t count = whole_number(text).value_or(0);
  if (count > 0) return static_cast<size_t>(count);
  throw Error("layers: \"" + text + "\", expected a number from 1, or all");
}

int run_bench(BenchArguments arguments) {
  arguments.machine.apply();
  const size_t layers = parse_layers(arguments.layers);
  BenchConfig& config = arguments.config;
  if (!arguments.shortcut.empty()) config.model.shortcut = parse_shortcut(arguments.shortcut);
  if (arguments.explain) {
    std::printf("%s\n%s", environment_line().c_str(), explain_convolutions(convolutions_of(config)).c_str());
    return 0;
  }
  const BenchResult result = bench(config);
  if (arguments.json) {
    std::printf("%s\n", bench_json(config, result).c_str());
    return 0;
  }
  std::printf("%s\n%s, attention %s: %lld parameters; batches of %lld images of %lldx%lld\n\n%s",
              environment_line().c_str(), config.model.name.c_str(), resolved_attention(config.model).c_str(),
              static_cast<long long>(result.parameters), static_cast<long long>(config.batch_size),
              static_cast<long long>(config.image_size), static_cast<long long>(config.image_size),
              bench_tables(config, result, layers).c_str());
  return 0;
}

}  // namespace

void add_bench_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("bench", "Measure speed and memory of a network, by layer and phase");
  auto arguments = std::make_shared<BenchArguments>();
  BenchConfig& config = arguments->config;
  command->add_option("--model", config.model.name, "network, see `eca list` [eca_resnet20]");
  command->add_option("--attention", config.model.attention, "module for a plain network: se:r=8, eca:k=5");
  command->add_option("--shortcut", arguments->shortcut, "A or B (default: the network's own)");
  command->add_option("--batch-size", config.batch_size, "images in a step [128]");
  command->add_option("--image-size", config.image_size, "side of the images [32]");
  command->add_option("--classes", config.model.classes, "of the network [10]");
  command->add_option("--steps", config.steps, "steps to measure (0: --seconds decides) [0]");
  command->add_option("--seconds", config.seconds,
                      "to measure training, and again inference, at least 5 steps [5]");
  command->add_option("--layers", arguments->layers, "modules to show, or all [12]");
  command->add_flag("--json", arguments->json, "print one line of JSON instead of tables");
  command->add_flag("--explain", arguments->explain,
                    "measure nothing; print which kernel serves each convolution, and why");
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Random images that lie in memory. A training step is forward, loss, backward and a step of SGD with "
      "Nesterov\n"
      "momentum; inference is forward in evaluation mode. Steps that warm up are not counted. Examples:\n"
      "  eca bench\n"
      "  eca bench --model resnet56 --attention se:r=8 --threads 1 --layers all\n"
      "  eca bench --model eca_resnet18_cifar --steps 5 --json\n"
      "  eca bench --explain");
  command->callback([arguments, &code] { code = run_bench(*arguments); });
}

}  // namespace eca
