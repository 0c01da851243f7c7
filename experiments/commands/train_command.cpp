// eca train
#include <cstdio>
#include <map>
#include <optional>

#include "core/base/error.hpp"
#include "core/parallel/ranks.hpp"
#include "data/augment.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/interrupt.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/tensorboard/tensorboard_log.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/optimizers.hpp"
#include "experiments/training/trainer.hpp"

namespace eca {

namespace {

struct TrainArguments {
  std::map<std::string, std::string> keys;  // those given on the command line
  std::string config_file, device;
  bool resume = false, overwrite = false, accept_changed_data = false, tf32 = false, tensorboard = false;
  bool skip_bad = false, strict = false, exif = false;  // of folder data, whose spec they become part of
};

// Configuration file first, command line over it.
TrainConfig asked_config(const TrainArguments& arguments) {
  TrainConfig config;
  if (!arguments.config_file.empty()) read_config_file(config, arguments.config_file);
  for (const auto& [key, value] : arguments.keys) set_key(config, key, value);
  if (arguments.tf32) set_key(config, "tf32", "true");
  if (arguments.tensorboard) set_key(config, "tensorboard", "true");
  const std::string& device = arguments.device;
  const bool another = !device.empty() && (device == "cuda") != (config.kernels == "cuda");
  if (another && !arguments.keys.contains("kernels")) {
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
  const std::set<std::string> asked = config.given;
  if (arguments.resume && arguments.overwrite)
    throw Error("resume, overwrite: expected one of them: to go on with the run in --out, or to replace it");
  if (arguments.accept_changed_data && !arguments.resume)
    throw Error("accept-changed-data: expected --resume beside it, which alone compares the data");
  RunDirectory directory(run_directory(config));
  if (directory.holds_run() && rank() == 0) directory.own();
  const bool resume = arguments.resume && directory.holds_run();
  if (resume) config = directory.resume(config);
  if (arguments.resume && !resume && config.given.size() <= 1) {
    throw Error(directory.path() + ": no run to resume (expected config.txt in it)");
  }
  complete_from_optimizer(config, asked);
  const bool goes_on = resume && directory.holds_progress();
  if (goes_on && !directory.holds_checkpoint()) {
    throw Error(directory.path() +
                ": holds weights, but no checkpoint to resume from (expected last.safetensors); " +
                "--overwrite begins again");
  }
  if (!goes_on) {
    directory.check_free(config, arguments.overwrite);
    complete_from_weights(config);
  }
  check_config(config);
  check_image_size(config, arguments.keys.contains("image-size"));
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
  if (data.train.size() < config.batch_size) {
    warn("batch-size: " + std::to_string(config.batch_size) + ", but there are " +
         std::to_string(data.train.size()) + " training images: each step takes all of them");
  }
  std::printf(
      "%s on %s: %lld training and %lld test images of %lldx%lldx%lld, %zu classes%s\nrun directory: %s\n",
      model_text(config).c_str(), data.name.c_str(), static_cast<long long>(data.train.size()),
      static_cast<long long>(data.test.size()), static_cast<long long>(data.train.channels),
      static_cast<long long>(data.train.height), static_cast<long long>(data.train.width),
      data.train.classes.size(), streamed_text(data).c_str(), directory.path().c_str());
  std::fflush(stdout);

  const InterruptGuard interrupt;
  const Start start = resume ? (arguments.accept_changed_data ? Start::resume_on_changed_data : Start::resume)
                      : arguments.overwrite ? Start::overwrite
                                            : Start::begin;
  std::optional<TensorBoardLog> log;
  if (config.tensorboard && rank() == 0) log.emplace(directory.path(), data, config.batch_size);
  const TrainResult result = train(
      config, data, directory, start, [&] { return interrupt.requested(); }, log ? &*log : nullptr);
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
  command->add_option("--config", arguments->config_file,
                      "file of lines `key = value` with the keys below; the command line wins");
  command->add_flag("--resume", arguments->resume, "go on with the run in --out, if there is one");
  command->add_flag("--overwrite", arguments->overwrite, "replace the run in --out, if there is one");
  command->add_flag("--accept-changed-data", arguments->accept_changed_data,
                    "with --resume: images may have come, gone or changed; the epoch under way begins again");
  command->add_flag("--skip-bad", arguments->skip_bad,
                    "pass over images of folder:DIR that cannot be read, and list them");
  command->add_flag("--strict", arguments->strict, "a class of folder:DIR without images is an error");
  command->add_flag("--exif", arguments->exif, "turn images of folder:DIR as their EXIF data say");
  command->add_option("--device", arguments->device, kDeviceHelp);
  command->add_flag("--tf32", arguments->tf32, kTf32Help);
  command->add_flag("--tensorboard", arguments->tensorboard,
                    "write event files into the run directory, for tensorboard --logdir");
  const TrainConfig defaults;
  for (const ConfigKey& key : config_keys()) {
    if (key.name == "tf32" || key.name == "tensorboard") continue;  // flags
    const std::string value = key.get(defaults);
    const std::string description = key.description + (value.empty() ? "" : " [" + value + "]");
    command->add_option(
        "--" + key.name, [=](const std::string& text) { arguments->keys[key.name] = text; }, description);
  }
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
