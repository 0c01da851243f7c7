// eca explain
#include <cstdio>
#include <filesystem>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/weight_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/common/named_images.hpp"
#include "experiments/drawing/png_bytes.hpp"
#include "experiments/explain/arms/explain_arms.hpp"
#include "experiments/explain/page/channel_sheet.hpp"
#include "experiments/explain/page/contact_sheet.hpp"
#include "experiments/explain/page/html_page.hpp"
#include "experiments/explain/page/json_numbers.hpp"
#include "experiments/explain/report.hpp"
#include "experiments/training/class_labels.hpp"
#include "experiments/training/run_directory.hpp"

namespace eca {

namespace {

struct ExplainArguments {
  WeightOptions weights;
  std::vector<std::string> images, compare;
  std::string data, out, layer, block, methods, asked_class, gate_classes;
  int64_t count = 0, test_images = 100;
  bool no_exif = false;
  MachineOptions machine;
};

std::vector<ExplainedModel> load_models(const ExplainArguments& arguments) {
  std::vector<ExplainedModel> models;
  models.push_back({arguments.weights.weights, arguments.weights.load()});
  for (const std::string& text : arguments.compare)
    models.push_back(load_compared(text, arguments.weights.all_wishes()));
  make_comparable(models);
  return models;
}

// The class of that name or number.
int64_t class_of(const std::string& text, const ModelCard& card) {
  for (size_t k = 0; k < card.classes.size(); ++k) {
    if (card.classes[k] == text) return static_cast<int64_t>(k);
  }
  if (const auto number = whole_number(text); number && *number >= 0 && *number < card.model.classes)
    return *number;
  throw Error(
      "explain: no class \"" + text + "\"" + did_you_mean(text, card.classes) + "; there are " +
      (card.classes.empty() ? "0 to " + std::to_string(card.model.classes - 1) : join(card.classes, ", ")));
}

ExplainOptions options_of(const ExplainArguments& arguments, const ModelCard& card) {
  ExplainOptions options = {
      .layer = arguments.layer, .block = arguments.block, .test_images = arguments.test_images};
  if (!arguments.asked_class.empty()) options.asked_class = class_of(arguments.asked_class, card);
  if (!arguments.methods.empty()) {
    for (const std::string& name : split(arguments.methods, ','))
      options.methods.push_back(parse_cam_method(name));
  }
  if (!arguments.gate_classes.empty()) {
    for (const std::string& name : split(arguments.gate_classes, ','))
      options.gate_classes.push_back(class_of(name, card));
  }
  return options;
}

// The test images to take examples and averages from; an empty set where there are none or nobody needs them. What the file of
// another program does not say, the data do.
ImageSet load_test_images(const ExplainArguments& arguments, std::vector<ExplainedModel>& models) {
  if (!arguments.images.empty() && arguments.test_images == 0) return {};
  const std::string spec =
      arguments.data.empty() ? data_of_run(folder_of_weights(arguments.weights.weights)) : arguments.data;
  if (spec.empty()) return {};
  Dataset data = load_data(with_all_to_test(spec), models[0].model.card.image_size,
                           {.test_only = true, .resize = models[0].model.card.resize});
  for (ExplainedModel& model : models) {
    ModelCard& card = model.model.card;
    if (card.classes.empty() && static_cast<int64_t>(data.test.classes.size()) == card.model.classes)
      card.classes = data.test.classes;
    if (card.normalisation.mean.empty()) card.normalisation.mean = data.normalisation.mean;
    if (card.normalisation.std.empty()) card.normalisation.std = data.normalisation.std;
    if (card.model.in_channels == data.test.channels && !card.classes.empty()) continue;
    throw Error("explain: " + model.path + " was trained on images of " +
                std::to_string(card.model.in_channels) + " channels and " +
                std::to_string(card.model.classes) + " classes; " + data.name + " has " +
                std::to_string(data.test.channels) + " channels and " +
                std::to_string(data.test.classes.size()) + " classes");
  }
  return labelled_by(std::move(data.test), models[0].model.card.classes, models[0].path);
}

void check_normalised(const std::vector<ExplainedModel>& models) {
  for (const ExplainedModel& model : models) {
    if (!model.model.card.normalisation.mean.empty() && !model.model.card.normalisation.std.empty()) continue;
    throw FileError(
        model.path,
        "does not say how the images it was trained on were normalised; give it with --mean and --std, "
        "or --data with the data");
  }
}

constexpr int64_t kShownOfTest = 8, kShownOfFiles = 64;

// Those of the files that can be read; of the others it is said why not, on stderr, and `code` is 1. Throws FileError if none
// is left.
std::vector<ExplainedImage> images_of_files(const ExplainArguments& arguments, int& code) {
  std::vector<std::string> files = named_images(arguments.images);
  const auto most = static_cast<size_t>(arguments.count > 0 ? arguments.count : kShownOfFiles);
  if (files.size() > most) {
    warn("the first " + std::to_string(most) + " of " + std::to_string(files.size()) +
         " images are shown; --count says how many");
    files.resize(most);
  }
  std::vector<ExplainedImage> subjects;
  for (const std::string& file : files) {
    try {
      subjects.push_back(subject_of(file, !arguments.no_exif));
    } catch (const FileError& error) {
      if (files.size() == 1) throw;
      std::fprintf(stderr, "eca: %s\n", error.what());
      code = 1;
    }
  }
  if (subjects.empty()) throw FileError(arguments.images[0], "none of the images can be read");
  return subjects;
}

std::vector<ExplainedImage> images_to_explain(const ExplainArguments& arguments, const ImageSet& test,
                                              int& code) {
  if (!arguments.images.empty()) return images_of_files(arguments, code);
  std::vector<ExplainedImage> subjects;
  for (const int64_t i : spread_over_classes(test, arguments.count > 0 ? arguments.count : kShownOfTest))
    subjects.push_back(subject_of(test, i));
  if (!subjects.empty()) return subjects;
  throw Error("explain: no images; " + folder_of_weights(arguments.weights.weights) +
              " has no config.txt that names the data: name image files, or the data with --data");
}

void print_compared(const char* name, const Compared& compared, const char* control) {
  std::printf("  %-10s %s   %s %s   difference %s: %s\n", name, mean_and_interval(compared.values).c_str(),
              control, mean_and_interval(compared.controls).c_str(),
              mean_and_interval(compared.differences()).c_str(), verdict(compared.differences()).c_str());
}

void print_model(const Explanation& report, size_t r) {
  const ModelReport& model = report.models[r];
  std::printf("%s %s: layer %s\n", model.network.c_str(), model.path.c_str(), model.layer.c_str());
  if (!model.averages) return;
  const Averages& averages = *model.averages;
  std::printf("  %lld images of %s, mean and 95 %% interval:\n", static_cast<long long>(averages.images),
              report.data.c_str());
  print_compared("deletion", averages.deletion, "random order");
  print_compared("insertion", averages.insertion, "random order");
  if (!averages.on_object.values.empty()) {
    print_compared("on object", averages.on_object, "another's map");
    std::printf("  the objects' share of the area: %s\n", mean_and_interval(averages.object_areas).c_str());
  }
}

// Each further model minus the first.
void print_against_first(const Explanation& report, size_t r) {
  if (r == 0 || !report.models[r].averages) return;
  for (const ModelDifference& difference :
       differences_of(*report.models[r].averages, *report.models[0].averages))
    std::printf("  %-10s minus that of %s: %s: %s\n", difference.name.c_str(),
                report.models[0].network.c_str(), mean_and_interval(difference.values).c_str(),
                verdict(difference.values).c_str());
}

// Removes the sheet of channels of an earlier page where this one has none.
void write_pages(const Explanation& report, const std::string& folder) {
  make_folder(folder);
  const std::string page = folder + "/explain.html", sheet = folder + "/explain.png",
                    channels = folder + "/explain-channels.png";
  std::string written = "page: " + page + ", contact sheet: " + sheet;
  write_file_atomically(sheet, png_bytes(contact_sheet(report)));
  if (const auto picture = channel_sheet(report)) {
    write_file_atomically(channels, png_bytes(*picture));
    written += ", channels: " + channels;
  } else {
    std::filesystem::remove(channels);
  }
  write_file_atomically(page, html_page(report, environment_line()));
  write_file_atomically(folder + "/explain.json", json_numbers(report, environment_line()));
  std::printf("%s, numbers: %s\n", written.c_str(), (folder + "/explain.json").c_str());
}

// What belongs to single images has no meaning where runs are held against one another.
void check_arms_options(const ExplainArguments& arguments) {
  const std::pair<const char*, bool> given[] = {{"images", !arguments.images.empty()},
                                                {"--compare", !arguments.compare.empty()},
                                                {"--class", !arguments.asked_class.empty()},
                                                {"--block", !arguments.block.empty()},
                                                {"--gate-classes", !arguments.gate_classes.empty()},
                                                {"--count", arguments.count > 0},
                                                {"--test-images 0", arguments.test_images == 0}};
  for (const auto& [name, is_given] : given) {
    if (is_given)
      throw Error("explain: " + arguments.weights.weights + " is the folder of an ablation, whose runs are " +
                  "compared over test images: " + name + " has no meaning there");
  }
}

int run_explain_arms(const ExplainArguments& arguments) {
  check_arms_options(arguments);
  const std::string& folder = arguments.weights.weights;
  std::printf("%s\n", environment_line().c_str());
  const ArmsReport report =
      explain_arms(folder, arguments.data, options_of(arguments, {}), [](const std::string& line) {
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
      });
  const std::string base = (arguments.out.empty() ? folder : arguments.out) + "/explain-arms";
  make_folder(arguments.out.empty() ? folder : arguments.out);
  const std::string page = arms_markdown(report);
  write_file_atomically(base + ".md", page);
  write_file_atomically(base + ".csv", arms_csv(report));
  if (has_gates(report)) write_file_atomically(base + ".png", png_bytes(arms_picture(report)));
  std::printf("\n%s\nwritten: %s.md, .csv%s\n", page.c_str(), base.c_str(),
              has_gates(report) ? ", .png" : "");
  return 0;
}

int run_explain(const ExplainArguments& arguments) {
  arguments.machine.apply();
  if (is_ablation_folder(arguments.weights.weights)) return run_explain_arms(arguments);
  std::vector<ExplainedModel> models = load_models(arguments);
  const ImageSet test = load_test_images(arguments, models);
  check_normalised(models);
  const ExplainOptions options = options_of(arguments, models[0].model.card);
  const bool averages = test.size() > 0 && arguments.test_images > 0;
  int code = 0;
  const Explanation report =
      explain(models, images_to_explain(arguments, test, code), averages ? &test : nullptr, options);
  std::printf("%s\n", environment_line().c_str());
  for (size_t r = 0; r < report.models.size(); ++r) {
    print_model(report, r);
    print_against_first(report, r);
  }
  for (const std::string& note : report.notes) std::printf("%s\n", note.c_str());
  write_pages(report, arguments.out.empty() ? folder_of_weights(arguments.weights.weights) : arguments.out);
  return code;
}

}  // namespace

void add_explain_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("explain", "Show what a trained network looks at, as an HTML page and as PNG");
  auto arguments = std::make_shared<ExplainArguments>();
  command
      ->add_option("weights", arguments->weights.weights,
                   "run directory, or weight file; or the folder of `eca ablate`, whose runs are compared")
      ->required();
  command->add_option("images", arguments->images,
                      "image files, or folders of them (default: test images of the run's data)");
  command->add_option(
      "--compare", arguments->compare,
      "further runs, on the same images and in the same colours; NETWORK=FILE for weights that do not name "
      "their network");
  command->add_option("--layer", arguments->layer,
                      "module whose map is explained, as layer2.0 (default: the last with a map)");
  command->add_option(
      "--method", arguments->methods,
      "cam, gradcam or gradcam++, or several with commas (default: all, of several runs gradcam)");
  command->add_option("--class", arguments->asked_class,
                      "class to explain, name or number (default: the predicted one)");
  command->add_option("--block", arguments->block,
                      "block whose feature maps are shown, as layer1.0 (default: the last with a gate)");
  command->add_option("--gate-classes", arguments->gate_classes,
                      "classes whose gates are drawn, with commas (default: the first four)");
  command
      ->add_option("--count", arguments->count,
                   "images to show at most (default: 8 test images, 64 of files)")
      ->range(1, 256);
  command->add_option("--test-images", arguments->test_images, "test images to average over; 0: none [100]")
      ->range(0, 100000);
  command->add_option("--data", arguments->data, "data set with the test images (default: the run's own)");
  command->add_option("--out", arguments->out,
                      "folder for explain.html and the pictures (default: beside the weights)");
  command->add_flag("--no-exif", arguments->no_exif, "do not turn images as their EXIF data say");
  add_network_options(*command, arguments->weights);
  add_image_options(*command, arguments->weights);
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Class activation maps, insertion and deletion, feature maps, gates by class, kernels: docs/explain.md "
      "says how to read\n"
      "them. Maps are read off the tape, of the plain chain of ops whatever --ops says, since fused ops do "
      "not store all of them.\n"
      "Examples:\n"
      "  eca explain runs/eca_resnet20-cifar10-seed1\n"
      "  eca explain runs/eca_resnet20-cifar10-seed1 cat.jpg ship.png --layer layer2 --class ship\n"
      "  eca explain runs/resnet20-cifar10-seed1 --compare runs/se_resnet20-cifar10-seed1 "
      "runs/eca_resnet20-cifar10-seed1\n"
      "  eca explain runs/ablations/quick --test-images 500       # arms over seeds, as a table with "
      "intervals\n"
      "  eca explain runs/eca_resnet20-cifar10-seed1 holidays --compare se_resnet20=converted.safetensors\n"
      "Exit code: 1 if one of several images cannot be read; the others are shown all the same.");
  command->callback([arguments, &code] { code = run_explain(*arguments); });
}

}  // namespace eca
