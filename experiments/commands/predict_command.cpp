// eca predict
#include <cstdio>

#include "core/autograd/tape.hpp"
#include "data/augment.hpp"
#include "data/images/image_file.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/softmax.hpp"
#include "experiments/training/model_file.hpp"

namespace eca {

namespace {

struct PredictArguments {
  std::string weights;
  std::vector<std::string> images;
  int top = 3;
  MachineOptions machine;
};

// One image file as the network's input (1,H,W,C).
Tensor load_input(const std::string& path, const ModelCard& card) {
  const int64_t size = card.image_size, channels = card.model.in_channels;
  const std::vector<uint8_t> pixels = read_image(path, size, channels);
  Tensor x = Tensor::empty({1, size, size, channels});
  x.set_name(path);
  normalise_image(x.data(), pixels.data(), size, size, PixelTable(card.normalisation));
  return x;
}

void print_best(const std::string& image, const std::vector<RankedClass>& best, const ModelCard& card) {
  std::printf("%s:", image.c_str());
  for (size_t i = 0; i < best.size(); ++i) {
    std::printf("%s %s %.1f %%", i > 0 ? "," : "", card.classes[best[i].index].c_str(),
                100 * best[i].probability);
  }
  std::printf("\n");
}

int run_predict(const PredictArguments& arguments) {
  arguments.machine.apply();
  const LoadedModel model = load_model(find_weights(arguments.weights));
  const NoGrad no_grad;
  for (const std::string& image : arguments.images) {
    const Tensor logits = (*model.network)(load_input(image, model.card));
    print_best(image, ranked_classes(logits, 0, static_cast<size_t>(arguments.top)), model.card);
  }
  return 0;
}

}  // namespace

void add_predict_command(Command& program, int& code) {
  Command* command = program.add_subcommand("predict", "Name what is on images (PNG or JPEG)");
  auto arguments = std::make_shared<PredictArguments>();
  command->add_option("weights", arguments->weights, "run directory, or weight file of this program")
      ->required();
  command->add_option("images", arguments->images, "image files; resized and cropped to what the network saw")
      ->required();
  command->add_option("--top", arguments->top, "how many classes to print [3]")->range(1, 1000);
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Prints the most probable classes of each image. Example:\n"
      "  eca predict runs/eca_resnet20-cifar10-seed1 cat.jpg ship.png");
  command->callback([arguments, &code] { code = run_predict(*arguments); });
}

}  // namespace eca
