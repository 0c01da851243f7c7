// eca eval
#include <cstdio>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/weight_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/training/evaluate.hpp"
#include "experiments/training/examples.hpp"
#include "experiments/training/plots.hpp"
#include "experiments/training/run_directory.hpp"

namespace eca {

namespace {

struct EvalArguments {
  WeightOptions weights;
  std::string data;
  bool examples = false, skip_bad = false;
  MachineOptions machine;
};

// --data, or what the run that the weights lie in was trained on.
std::string data_spec(const EvalArguments& arguments, const std::filesystem::path& folder) {
  if (!arguments.data.empty()) return arguments.data;
  const RunDirectory run(folder.string());
  if (!run.holds_run()) {
    throw Error("eval: " + folder.string() + " has no config.txt that names the data; give it with --data");
  }
  TrainConfig config;
  read_config_file(config, run.file("config.txt"));
  return config.data;
}

void check_data_fits(const Dataset& data, const ModelCard& card, const std::string& path) {
  const auto classes = static_cast<int64_t>(data.test.classes.size());
  if (data.test.channels == card.model.in_channels && classes == card.model.classes) return;
  throw Error("eval: " + path + " was trained on images of " + std::to_string(card.model.in_channels) +
              " channels and " + std::to_string(card.model.classes) + " classes; " + data.name + " has " +
              std::to_string(data.test.channels) + " channels and " + std::to_string(classes) + " classes");
}

// What a file of another program does not say, the data do.
void complete_card(ModelCard& card, const Dataset& data) {
  if (card.classes.empty()) card.classes = data.test.classes;
  if (card.normalisation.mean.empty()) card.normalisation.mean = data.normalisation.mean;
  if (card.normalisation.std.empty()) card.normalisation.std = data.normalisation.std;
}

int run_eval(const EvalArguments& arguments) {
  arguments.machine.apply();
  const std::string path = find_weights(arguments.weights.weights);
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  LoadedModel model = arguments.weights.load();
  std::string spec = data_spec(arguments, folder);
  if (arguments.skip_bad) spec = with_folder_option(spec, "skip-bad=true");
  const Dataset data = load_data(spec, model.card.image_size);
  check_data_fits(data, model.card, path);
  complete_card(model.card, data);
  std::printf("%s\n%s on %lld images of %s\n", environment_line().c_str(), path.c_str(),
              static_cast<long long>(data.test.size()), data.test.name.c_str());

  const Evaluation result = evaluate(*model.network, data.test, model.card.normalisation);
  const std::string table = confusion_table(result, model.card.classes);
  if (model.card.classes.size() <= 20) std::printf("\n%s\n", table.c_str());
  const std::string text = (folder / "confusion.txt").string(), picture = (folder / "confusion.png").string();
  write_file_atomically(text, table);
  const bool drawn =
      plot_confusion(result, model.card.classes, picture, model.card.model.name + " on " + data.test.name);
  std::printf("confusion matrix: %s%s\n", text.c_str(),
              drawn ? (" and " + picture).c_str() : " (no picture: gnuplot is not installed)");
  if (arguments.examples) {
    std::printf("\n%s\n", example_predictions(*model.network, data.test, model.card.normalisation).c_str());
  }
  std::printf("test accuracy %.2f %%, test loss %.4f, %.0f img/s\n", result.accuracy, result.loss,
              static_cast<double>(data.test.size()) / result.seconds);
  return 0;
}

}  // namespace

void add_eval_command(Command& program, int& code) {
  Command* command = program.add_subcommand("eval", "Test a trained network: accuracy and confusion matrix");
  auto arguments = std::make_shared<EvalArguments>();
  command->add_option("weights", arguments->weights.weights, "run directory, or weight file")->required();
  command->add_option("--data", arguments->data,
                      "data set whose test images to use (default: the run's own)");
  command->add_flag("--skip-bad", arguments->skip_bad,
                    "pass over images of folder:DIR that cannot be read, and list them");
  command->add_flag("--examples", arguments->examples,
                    "draw three test images, two named right and one wrong");
  add_network_options(*command, arguments->weights);
  add_image_options(*command, arguments->weights);
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Writes confusion.txt and confusion.png beside the weights. Examples:\n"
      "  eca eval runs/eca_resnet20-cifar10-seed1\n"
      "  eca eval runs/eca_resnet20-cifar10-seed1/best.safetensors --data cifar10:data\n"
      "  eca eval released.safetensors --model eca_resnet50 --data folder:imagenet      # see "
      "docs/weights.md");
  command->callback([arguments, &code] { code = run_eval(*arguments); });
}

}  // namespace eca
