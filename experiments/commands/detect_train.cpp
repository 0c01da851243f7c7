// eca detect train
#include <cstdio>
#include <optional>

#include "core/base/error.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/run_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/interrupt.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/detection/detect_trainer.hpp"
#include "experiments/tensorboard/detect_log.hpp"

namespace eca {

namespace {

std::string ap_line(const DetectTrainResult& result) {
  const auto number = [](double ap) { return ap < 0 ? std::string("-") : format("%.4f", ap); };
  return "box AP " + number(result.box_ap) +
         (result.mask_ap < 0 ? "" : ", mask AP " + number(result.mask_ap));
}

int run_detect_train(const RunOptions& options) {
  DetectConfig config;
  read_asked(config, options);
  const OpenedRun run = open_run(config, run_directory(config), options);
  const RunDirectory& directory = run.directory;
  check_config(config);
  MachineOptions{
      .threads = static_cast<int>(config.threads), .device = "", .kernels = config.kernels, .ops = config.ops}
      .apply();
  std::printf("%s\n", environment_line().c_str());
  std::fflush(stdout);
  const DetectionData data = load_detection_data(config.data);
  for (const std::string& note : data.notes) warn(note);
  warn_of_few_images(data.train->size(), config);
  std::printf("%s%s on %s: %lld training and %lld test images, %zu classes, canvas %s\nrun directory: %s\n",
              config.model.c_str(), config.attention.empty() ? "" : (" + " + config.attention).c_str(),
              data.name.c_str(), static_cast<long long>(data.train->size()),
              static_cast<long long>(data.test->size()), data.train->classes().size(),
              config.image_size.c_str(), directory.path().c_str());
  std::fflush(stdout);
  const InterruptGuard interrupt;
  std::optional<DetectTensorBoardLog> log;
  if (config.tensorboard) log.emplace(directory.path());
  const DetectTrainResult result = train_detector(
      config, data, directory, start_of(run, options), [&] { return interrupt.requested(); },
      log ? &*log : nullptr);
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
  auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  add_key_options(*command, *options, DetectConfig());
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
  command->callback([options, &code] { code = run_detect_train(*options); });
}

}  // namespace eca
