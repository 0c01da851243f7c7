// eca predict
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "data/augment.hpp"
#include "data/images/image_file.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/weight_options.hpp"
#include "experiments/common/named_images.hpp"
#include "experiments/common/softmax.hpp"
#include "experiments/training/not_finite.hpp"

namespace eca {

namespace {

struct PredictArguments {
  WeightOptions weights;
  std::vector<std::string> images;
  int top = 3;
  bool no_exif = false, json = false;
  MachineOptions machine;
};

// One image file as the network's input (1,H,W,C).
Tensor load_input(const std::string& path, const ModelCard& card, bool exif) {
  const int64_t size = card.image_size, channels = card.model.in_channels;
  const std::vector<uint8_t> pixels = read_image(path, size, channels, {.exif = exif, .resize = card.resize});
  Tensor x = Tensor::empty({1, size, size, channels});
  std::vector<real> values(static_cast<size_t>(x.numel()));
  normalise_image(values.data(), pixels.data(), size, size, PixelTable(card.normalisation));
  x.assign(values);
  return x.set_name(path);
}

std::string name_of(const RankedClass& ranked, const ModelCard& card) {
  return card.classes.empty() ? "class " + std::to_string(ranked.index) : card.classes[ranked.index];
}

void print_best(const std::string& image, const std::vector<RankedClass>& best, const ModelCard& card) {
  std::printf("%s:", image.c_str());
  for (size_t i = 0; i < best.size(); ++i)
    std::printf("%s %s %.1f %%", i > 0 ? "," : "", name_of(best[i], card).c_str(), 100 * best[i].probability);
  std::printf("\n");
}

// An object on a line. Names of files are bytes, and not always UTF-8.
void print_json(const nlohmann::json& object) {
  std::printf("%s\n", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_best_json(const std::string& image, const std::vector<RankedClass>& best, const ModelCard& card) {
  nlohmann::json classes = nlohmann::json::array();
  for (const RankedClass& ranked : best)
    classes.push_back({{"class", name_of(ranked, card)}, {"probability", ranked.probability}});
  print_json({{"image", image}, {"classes", classes}});
}

// Of files of other programs, which do not say it.
void check_normalisation(const ModelCard& card, const std::string& weights) {
  if (!card.normalisation.mean.empty() && !card.normalisation.std.empty()) return;
  throw FileError(
      weights,
      "does not say how the images it was trained on were normalised; give it with --mean and --std, for "
      "CIFAR-10 mostly --mean 0.4914,0.4822,0.4465 --std 0.2470,0.2435,0.2616");
}

// The logits (1,K). Throws FileError if one is not finite.
Tensor answer(Module& network, const Tensor& x, const std::string& image) {
  Tensor logits = network(x);
  if (all_finite(logits.values())) return logits;
  throw FileError(image, "the answer is not finite (NaN or infinity)\n  " + where_not_finite(network, x));
}

// What cannot be read or named does not keep the others from being named; the exit code tells of it.
int run_predict(const PredictArguments& arguments) {
  arguments.machine.apply();
  const LoadedModel model = arguments.weights.load();
  check_normalisation(model.card, arguments.weights.weights);
  const NoGrad no_grad;
  int code = 0;
  for (const std::string& image : named_images(arguments.images)) {
    try {
      const Tensor x = load_input(image, model.card, !arguments.no_exif);
      const auto best =
          ranked_classes(answer(*model.network, x, image), 0, static_cast<size_t>(arguments.top));
      (arguments.json ? print_best_json : print_best)(image, best, model.card);
    } catch (const Error& error) {
      if (arguments.json) print_json({{"image", image}, {"error", error.what()}});
      std::fflush(stdout);
      std::fprintf(stderr, "eca: %s\n", error.what());
      code = 1;
    }
  }
  return code;
}

}  // namespace

void add_predict_command(Command& program, int& code) {
  Command* command = program.add_subcommand("predict", "Name what is on images");
  auto arguments = std::make_shared<PredictArguments>();
  command->add_option("weights", arguments->weights.weights, "run directory, or weight file")->required();
  command
      ->add_option("images", arguments->images,
                   "image files, or folders of them; resized and cropped to what the network saw")
      ->required();
  command->add_option("--top", arguments->top, "how many classes to print [3]")->range(1, 1000);
  command->add_flag("--json", arguments->json, "print a JSON object for each image, one a line");
  command->add_flag("--no-exif", arguments->no_exif, "do not turn images as their EXIF data say");
  add_network_options(*command, arguments->weights);
  add_image_options(*command, arguments->weights);
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Prints the most probable classes of each image. Examples:\n"
      "  eca predict runs/eca_resnet20-cifar10-seed1 cat.jpg ship.png\n"
      "  eca predict runs/eca_resnet20-cifar10-seed1 holidays\n"
      "  eca predict released.safetensors cat.jpg --model eca_resnet50 --classes imagenet.txt   # see "
      "docs/weights.md\n"
      "Exit code: 1 if an image cannot be read, or an answer is not finite (NaN); the others are named all "
      "the same.");
  command->callback([arguments, &code] { code = run_predict(*arguments); });
}

}  // namespace eca
