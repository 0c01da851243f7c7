// eca train
#include <cstdio>
#include <optional>

#include "core/base/error.hpp"
#include "core/parallel/ranks.hpp"
#include "data/augment.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/run_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/interrupt.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/tensorboard/tensorboard_log.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/trainer.hpp"

namespace eca {

namespace {

struct TrainArguments {
  RunOptions run;
  std::string device;
  bool tf32 = false;
  bool skip_bad = false, strict = false, exif = false;  // of folder data, whose spec they become part of
};

TrainConfig asked_config(const TrainArguments& arguments) {
  TrainConfig config;
  read_asked(config, arguments.run);
  if (arguments.tf32) set_key(config, "tf32", "true");
  const std::string& device = arguments.device;
  const bool another = !device.empty() && (device == "cuda") != (config.kernels == "cuda");
  if (another && !arguments.run.keys.contains("kernels")) {
    set_key(config, "kernels", to_string(asked_kernels(device, "")));
  }
  if (arguments.skip_bad) set_key(config, "data", with_folder_option(config.data, "skip-bad=true"));
  if (arguments.strict) set_key(config, "data", with_folder_option(config.data, "strict=true"));
  if (arguments.exif) set_key(config, "data", with_folder_option(config.data, "exif=true"));
  return config;
}

std::string model_text(const TrainConfig& config) {
  return config.model + (config.attention.empty() ? "" : " + " + config.attention);
}

// Which splits are not in memory.
std::string streamed_text(const Dataset& data) {
  const auto streamed = [](const ImageSet& set) { return set.source && !set.source->in_memory(); };
  if (!streamed(data.train) && !streamed(data.test)) return "";
  const char* which = !streamed(data.test)    ? "training images"
                      : !streamed(data.train) ? "test images"
                                              : "images";
  return std::string(", ") + which + " decoded as needed";
}

int run_train(const TrainArguments& arguments) {
  TrainConfig config = asked_config(arguments);
  const OpenedRun run = open_run(config, run_directory(config), arguments.run);
  const RunDirectory& directory = run.directory;
  if (!run.goes_on) complete_from_weights(config);
  check_config(config);
  check_image_size(config, arguments.run.keys.contains("image-size"));
  MachineOptions{.threads = static_cast<int>(config.threads),
                 .device = arguments.device,
                 .kernels = config.kernels,
                 .tf32 = config.tf32,
                 .ops = config.ops}
      .apply();
  std::printf("%s\n", environment_line().c_str());
  std::fflush(stdout);
  const Dataset data = load_data(
      config.data, config.image_size,
      {.memory = config.data_memory, .whole_train = parse_augment(config.augment).resized_crop > 0});
  if (data.train.size() == 0) throw Error("data: " + config.data + ": all images are to test with (test=1)");
  warn_of_few_images(data.train.size(), config);
  std::printf(
      "%s on %s: %lld training and %lld test images of %lldx%lldx%lld, %zu classes%s\nrun directory: %s\n",
      model_text(config).c_str(), data.name.c_str(), static_cast<long long>(data.train.size()),
      static_cast<long long>(data.test.size()), static_cast<long long>(data.train.channels),
      static_cast<long long>(data.train.height), static_cast<long long>(data.train.width),
      data.train.classes.size(), streamed_text(data).c_str(), directory.path().c_str());
  std::fflush(stdout);

  const InterruptGuard interrupt;
  std::optional<TensorBoardLog> log;
  if (config.tensorboard && rank() == 0) log.emplace(directory.path(), data, config.batch_size);
  const TrainResult result = train(
      config, data, directory, start_of(run, arguments.run), [&] { return interrupt.requested(); },
      log ? &*log : nullptr);
  if (result.interrupted) {
    const std::string started = ranks() == 1 ? "" : format("mpirun -n %d ", ranks());
    std::printf("interrupted; continue with: %seca train --resume --out %s\n", started.c_str(),
                directory.path().c_str());
    return kInterruptedCode;
  }
  const std::string top5 = result.top5 < 0 ? "" : format(", top-5 %.2f %%", result.top5);
  std::printf("test accuracy %.2f %%%s, %.1f s, %.0f img/s, peak memory %.0f MiB, weights sha256 %s\n",
              result.accuracy, top5.c_str(), result.seconds, result.images_per_second,
              static_cast<double>(peak_memory_bytes()) / (1 << 20), result.weights_sha256.c_str());
  return 0;
}

}  // namespace

void add_train_command(Command& program, int& code) {
  Command* command = program.add_subcommand("train", "Train a network and write a run directory");
  auto arguments = std::make_shared<TrainArguments>();
  add_run_options(*command, arguments->run);
  command->add_flag("--skip-bad", arguments->skip_bad,
                    "pass over images of folder:DIR that cannot be read, and list them");
  command->add_flag("--strict", arguments->strict, "a class of folder:DIR without images is an error");
  command->add_flag("--exif", arguments->exif, "turn images of folder:DIR as their EXIF data say");
  command->add_option("--device", arguments->device, kDeviceHelp);
  command->add_flag("--tf32", arguments->tf32, kTf32Help);
  add_key_options(*command, arguments->run, TrainConfig());
  command->footer(
      "Examples:\n"
      "  eca train                                               # procedural images, needs no file\n"
      "  eca train --data fashion-mnist --epochs 2\n"
      "  eca train --model eca_resnet20 --data cifar10:data --epochs 10 --seed 1\n"
      "  eca train --model resnet56 --attention se:r=8 --data cifar10:data --out runs/se56\n"
      "  eca train --resume --out runs/se56                      # after Ctrl-C, a crash or a power cut\n"
      "  eca train --resume --out runs/se56 --epochs 20          # 10 epochs more of a finished run\n"
      "  eca train --config runs/se56/config.txt --seed 2 --out runs/se56-seed2\n"
      "  eca train --init released.safetensors --model eca_resnet18 --data folder:pets --freeze "
      "conv1,bn1,layer1\n"
      "The same configuration gives the same weights, bit for bit, at any number of --threads and however "
      "often the\n"
      "run is interrupted. Exit code: 0 done, 1 error, 2 wrong usage, 130 interrupted (mpirun makes it 1).");
  command->callback([arguments, &code] { code = run_train(*arguments); });
}

}  // namespace eca
