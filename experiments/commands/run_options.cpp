#include "experiments/commands/run_options.hpp"

#include "core/base/error.hpp"
#include "core/parallel/ranks.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/training/optimizers.hpp"

namespace eca {

void add_run_options(Command& command, RunOptions& options) {
  command.add_option("--config", options.config_file,
                     "file of lines `key = value` with the keys below; the command line wins");
  command.add_flag("--resume", options.resume, "go on with the run in --out, if there is one");
  command.add_flag("--overwrite", options.overwrite, "replace the run in --out, if there is one");
  command.add_flag("--accept-changed-data", options.accept_changed_data,
                   "with --resume: images may have come, gone or changed; the epoch under way begins again");
}

void add_key_options(Command& command, RunOptions& options, const RunConfig& defaults) {
  command.add_flag("--tensorboard", options.tensorboard,
                   "write event files into the run directory, for tensorboard --logdir");
  for (const ConfigKey& key : defaults.keys()) {
    if (key.name == "tf32" || key.name == "tensorboard") continue;  // flags
    const std::string value = key.get(defaults);
    const std::string description = key.description + (value.empty() ? "" : " [" + value + "]");
    command.add_option(
        "--" + key.name,
        [&keys = options.keys, name = key.name](const std::string& text) { keys[name] = text; }, description);
  }
}

void read_asked(RunConfig& config, const RunOptions& options) {
  if (!options.config_file.empty()) read_config_file(config, options.config_file);
  for (const auto& [key, value] : options.keys) set_key(config, key, value);
  if (options.tensorboard) set_key(config, "tensorboard", "true");
}

OpenedRun find_run(const std::string& path, const RunOptions& options) {
  if (options.resume && options.overwrite)
    throw Error("resume, overwrite: expected one of them: to go on with the run in --out, or to replace it");
  if (options.accept_changed_data && !options.resume)
    throw Error("accept-changed-data: expected --resume beside it, which alone compares the data");
  OpenedRun run = {.directory = RunDirectory(path)};
  if (run.directory.holds_run() && rank() == 0) run.directory.own();
  run.resume = options.resume && run.directory.holds_run();
  return run;
}

void settle_run(OpenedRun& run, RunConfig& config, const std::set<std::string>& asked,
                const RunOptions& options) {
  const RunDirectory& directory = run.directory;
  if (options.resume && !run.resume && config.given.size() <= 1)
    throw Error(directory.path() + ": no run to resume (expected config.txt in it)");
  complete_from_optimizer(config, asked);
  run.goes_on = run.resume && directory.holds_progress();
  if (run.goes_on && !directory.holds_checkpoint()) {
    throw Error(directory.path() +
                ": holds weights, but no checkpoint to resume from (expected last.safetensors); " +
                "--overwrite begins again");
  }
  if (!run.goes_on) directory.check_free(config, options.overwrite);
}

Start start_of(const OpenedRun& run, const RunOptions& options) {
  if (run.resume) return options.accept_changed_data ? Start::resume_on_changed_data : Start::resume;
  return options.overwrite ? Start::overwrite : Start::begin;
}

void warn_of_few_images(int64_t images, const RunConfig& config) {
  if (images >= config.batch_size) return;
  warn("batch-size: " + std::to_string(config.batch_size) + ", but there are " + std::to_string(images) +
       " training images: each step takes all of them");
}

}  // namespace eca
