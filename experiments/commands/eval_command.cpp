// eca eval
#include <cstdio>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/weight_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/training/class_labels.hpp"
#include "experiments/training/evaluate.hpp"
#include "experiments/training/examples.hpp"
#include "experiments/training/plots.hpp"
#include "experiments/training/run_directory.hpp"

namespace eca {

namespace {

struct EvalArguments {
  WeightOptions weights;
  std::string data, out;
  std::string data_memory = "auto";
  bool examples = false, skip_bad = false;
  MachineOptions machine;
};

// What lies in a run directory is of the run's own data.
std::string folder_of_pictures(const EvalArguments& arguments, const std::string& folder,
                               const std::string& run_data) {
  if (!arguments.out.empty()) return arguments.out;
  const bool other =
      !run_data.empty() && !arguments.data.empty() && with_absolute_paths(arguments.data) != run_data;
  return other ? "" : folder;
}

// confusion.txt and confusion.png, in a folder that is made.
void write_confusion(const Evaluation& result, const ModelCard& card, const std::string& title,
                     const std::string& folder) {
  make_folder(folder);
  const std::string text = folder + "/confusion.txt", picture = folder + "/confusion.png";
  write_file_atomically(text, confusion_table(result, card.classes));
  const bool drawn = plot_confusion(result, card.classes, picture, title);
  std::printf("confusion matrix: %s%s\n", text.c_str(),
              drawn ? (" and " + picture).c_str() : " (no picture: gnuplot is not installed)");
}

// The result is printed by then: a folder that nobody asked for and that may not be written is no failure.
void store_confusion(const EvalArguments& arguments, const Evaluation& result, const ModelCard& card,
                     const std::string& title, const std::string& folder) {
  if (folder.empty()) {
    std::printf("confusion matrix: not written, as these are not the data of the run; --out FOLDER does\n");
    return;
  }
  try {
    write_confusion(result, card, title, folder);
  } catch (const FileError& error) {
    if (!arguments.out.empty()) throw;
    warn(std::string("confusion matrix: not written: ") + error.what() +
         "; --out FOLDER writes it elsewhere");
  }
}

void check_data_fits(const Dataset& data, const ModelCard& card, const std::string& path) {
  const auto classes = static_cast<int64_t>(data.test.classes.size());
  const bool by_number = card.classes.empty();
  if (data.test.channels == card.model.in_channels && (!by_number || classes == card.model.classes)) return;
  throw Error("eval: " + path + " was trained on images of " + std::to_string(card.model.in_channels) +
              " channels and " + std::to_string(card.model.classes) + " classes; " + data.name + " has " +
              std::to_string(data.test.channels) + " channels and " + std::to_string(classes) + " classes");
}

// What a file of another program does not say, the data do.
void complete_card(ModelCard& card, const Dataset& data, const std::string& path) {
  if (card.classes.empty()) {
    warn(path + " does not name its classes; those of " + data.test.name + " are taken in their order");
    card.classes = data.test.classes;
  }
  if (card.normalisation.mean.empty()) card.normalisation.mean = data.normalisation.mean;
  if (card.normalisation.std.empty()) card.normalisation.std = data.normalisation.std;
}

int run_eval(const EvalArguments& arguments) {
  arguments.machine.apply();
  const std::string path = find_weights(arguments.weights.weights);
  const std::string folder = folder_of_weights(arguments.weights.weights);
  LoadedModel model = arguments.weights.load();
  const std::string run_data = data_of_run(folder);
  std::string spec = arguments.data.empty() ? run_data : arguments.data;
  if (spec.empty()) {
    throw Error("eval: " + folder + " has no config.txt that names the data; give it with --data");
  }
  if (arguments.skip_bad) spec = with_folder_option(spec, "skip-bad=true");
  Dataset data = load_data(with_all_to_test(spec), model.card.image_size,
                           {.memory = arguments.data_memory, .test_only = true, .resize = model.card.resize});
  check_data_fits(data, model.card, path);
  complete_card(model.card, data, path);
  data.test =
      labelled_by(std::move(data.test), model.card.classes, path, arguments.weights.wishes.classes_file);
  std::printf("%s\n%s on %lld images of %s\n", environment_line().c_str(), path.c_str(),
              static_cast<long long>(data.test.size()), data.test.name.c_str());

  const Evaluation result = evaluate(*model.network, data.test, model.card.normalisation);
  warn_of_unreadable(data.test);
  if (model.card.classes.size() <= 20)
    std::printf("\n%s\n", confusion_table(result, model.card.classes).c_str());
  if (arguments.examples) {
    std::printf("\n%s\n", example_predictions(*model.network, data.test, model.card.normalisation).c_str());
  }
  const std::string top5 = has_top5(model.card.classes) ? format(", top-5 %.2f %%", result.top5) : "";
  std::printf("test accuracy %.2f %%%s, test loss %.4f, %.0f img/s\n", result.accuracy, top5.c_str(),
              result.loss, static_cast<double>(result.images) / result.seconds);
  store_confusion(arguments, result, model.card, model.card.model.name + " on " + data.test.name,
                  folder_of_pictures(arguments, folder, run_data));
  if (result.not_finite == 0) return 0;
  throw FileError(path, not_finite_text(result));
}

}  // namespace

void add_eval_command(Command& program, int& code) {
  Command* command = program.add_subcommand("eval", "Test a trained network: accuracy and confusion matrix");
  auto arguments = std::make_shared<EvalArguments>();
  command->add_option("weights", arguments->weights.weights, "run directory, or weight file")->required();
  command->add_option("--data", arguments->data,
                      "data set whose test images to use, or folder:DIR with DIR/CLASS/images (default: the "
                      "run's own)");
  command->add_option(
      "--out", arguments->out,
      "folder for the confusion matrix (default: beside the weights, if the data are the run's)");
  command->add_flag("--skip-bad", arguments->skip_bad,
                    "pass over images of folder:DIR that cannot be read, and list them");
  command->add_option(
      "--data-memory", arguments->data_memory,
      "for decoded images of folder:DIR, such as 16G; where they need more, they are decoded as "
      "needed [half of what is free]");
  command->add_flag("--examples", arguments->examples,
                    "draw three test images, two named right and one wrong");
  add_network_options(*command, arguments->weights);
  add_image_options(*command, arguments->weights);
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Prints the accuracy, with more than 5 classes that among the five most probable, too, and writes "
      "confusion.txt and\n"
      "confusion.png. Exit code: 1 if an answer is not finite (NaN). Examples:\n"
      "  eca eval runs/eca_resnet20-cifar10-seed1\n"
      "  eca eval runs/eca_resnet20-cifar10-seed1/best.safetensors --data cifar10:data\n"
      "  eca eval released.safetensors --model eca_resnet50 --data folder:imagenet      # see "
      "docs/weights.md");
  command->callback([arguments, &code] { code = run_eval(*arguments); });
}

}  // namespace eca
