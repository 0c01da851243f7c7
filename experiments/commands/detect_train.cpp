// eca detect train
#include <cstdio>
#include <map>
#include <optional>

#include "core/base/error.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/interrupt.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/detection/detect_trainer.hpp"
#include "experiments/tensorboard/detect_log.hpp"
#include "experiments/training/optimizers.hpp"

namespace eca {

namespace {

struct DetectTrainArguments {
  std::map<std::string, std::string> keys;  // those given on the command line
  std::string config_file;
  bool resume = false, overwrite = false, tensorboard = false;
};

// Configuration file first, command line over it.
DetectConfig asked_detect_config(const DetectTrainArguments& arguments) {
  DetectConfig config;
  if (!arguments.config_file.empty()) read_config_file(config, arguments.config_file);
  for (const auto& [key, value] : arguments.keys) set_key(config, key, value);
  if (arguments.tensorboard) set_key(config, "tensorboard", "true");
  return config;
}

std::string ap_line(const DetectTrainResult& result) {
  const auto number = [](double ap) { return ap < 0 ? std::string("-") : format("%.4f", ap); };
  return "box AP " + number(result.box_ap) +
         (result.mask_ap < 0 ? "" : ", mask AP " + number(result.mask_ap));
}

int run_detect_train(const DetectTrainArguments& arguments) {
  DetectConfig config = asked_detect_config(arguments);
  const std::set<std::string> asked = config.given;
  if (arguments.resume && arguments.overwrite)
    throw Error("resume, overwrite: expected one of them: to go on with the run in --out, or to replace it");
  RunDirectory directory(run_directory(config));
  if (directory.holds_run()) directory.own();
  const bool resume = arguments.resume && directory.holds_run();
  if (resume) config = directory.resume(config);
  if (arguments.resume && !resume && config.given.size() <= 1)
    throw Error(directory.path() + ": no run to resume (expected config.txt in it)");
  complete_from_optimizer(config, asked);
  const bool goes_on = resume && directory.holds_progress();
  if (goes_on && !directory.holds_checkpoint()) {
    throw Error(directory.path() +
                ": holds weights, but no checkpoint to resume from (expected last.safetensors); " +
                "--overwrite begins again");
  }
  if (!goes_on) directory.check_free(config, arguments.overwrite);
  check_config(config);
  MachineOptions{
      .threads = static_cast<int>(config.threads), .device = "", .kernels = config.kernels, .ops = config.ops}
      .apply();
  std::printf("%s\n", environment_line().c_str());
  std::fflush(stdout);
  const DetectionData data = load_detection_data(config.data);
  for (const std::string& note : data.notes) warn(note);
  if (data.train->size() < config.batch_size) {
    warn("batch-size: " + std::to_string(config.batch_size) + ", but there are " +
         std::to_string(data.train->size()) + " training images: each step takes all of them");
  }
  std::printf("%s%s on %s: %lld training and %lld test images, %zu classes, canvas %s\nrun directory: %s\n",
              config.model.c_str(), config.attention.empty() ? "" : (" + " + config.attention).c_str(),
              data.name.c_str(), static_cast<long long>(data.train->size()),
              static_cast<long long>(data.test->size()), data.train->classes().size(),
              config.image_size.c_str(), directory.path().c_str());
  std::fflush(stdout);
  const InterruptGuard interrupt;
  const Start start = resume ? Start::resume : arguments.overwrite ? Start::overwrite : Start::begin;
  std::optional<DetectTensorBoardLog> log;
  if (config.tensorboard) log.emplace(directory.path());
  const DetectTrainResult result = train_detector(
      config, data, directory, start, [&] { return interrupt.requested(); }, log ? &*log : nullptr);
  if (result.interrupted) {
    std::printf("interrupted; continue with: eca detect train --resume --out %s\n", directory.path().c_str());
    return kInterruptedCode;
  }
  std::printf("%s, %.1f s, %.0f img/s, peak memory %.0f MiB, weights sha256 %s\n", ap_line(result).c_str(),
              result.seconds, result.images_per_second, static_cast<double>(peak_memory_bytes()) / (1 << 20),
              result.weights_sha256.c_str());
  return 0;
}

}  // namespace

void add_detect_train_command(Command& detect, int& code) {
  Command* command = detect.add_subcommand("train", "Train a detector and write a run directory");
  auto arguments = std::make_shared<DetectTrainArguments>();
  command->add_option("--config", arguments->config_file,
                      "file of lines `key = value` with the keys below; the command line wins");
  command->add_flag("--resume", arguments->resume, "go on with the run in --out, if there is one");
  command->add_flag("--overwrite", arguments->overwrite, "replace the run in --out, if there is one");
  command->add_flag("--tensorboard", arguments->tensorboard,
                    "write event files into the run directory, for tensorboard --logdir");
  const DetectConfig defaults;
  for (const ConfigKey& key : defaults.keys()) {
    if (key.name == "tensorboard") continue;  // a flag
    const std::string value = key.get(defaults);
    const std::string description = key.description + (value.empty() ? "" : " [" + value + "]");
    command->add_option(
        "--" + key.name, [=](const std::string& text) { arguments->keys[key.name] = text; }, description);
  }
  command->footer(
      "Examples:\n"
      "  eca detect train                                         # scenes, needs no download\n"
      "  eca detect train --model small_retinanet:eca_resnet18 --epochs 5\n"
      "  eca detect train --model small_mask_rcnn:resnet18+se:r=8 --data coco:fruits --image-size 128x160\n"
      "  eca detect train --resume --out runs/fruits              # after Ctrl-C, a crash or a power cut\n"
      "  eca detect train --model small_faster_rcnn:resnet20 --backbone-weights "
      "runs/resnet20-fashion-mnist-seed1\n"
      "The same configuration gives the same weights, bit for bit, at any number of --threads and however "
      "often the\n"
      "run is interrupted. Exit code: 0 done, 1 error, 2 wrong usage, 130 interrupted.");
  command->callback([arguments, &code] { code = run_detect_train(*arguments); });
}

}  // namespace eca
