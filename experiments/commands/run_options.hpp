// What `eca train` and `eca detect train` have in common: the options of a run, and how one begins or goes on.
#pragma once

#include <map>
#include <set>
#include <string>

#include "experiments/commands/command_line.hpp"
#include "experiments/training/run_config.hpp"
#include "experiments/training/run_directory.hpp"
#include "experiments/training/trainer.hpp"

namespace eca {

struct RunOptions {
  std::map<std::string, std::string> keys;  // those given on the command line
  std::string config_file;
  bool resume = false, overwrite = false, accept_changed_data = false, tensorboard = false;
};

// --config, --resume, --overwrite and --accept-changed-data; the options must outlive parsing.
void add_run_options(Command& command, RunOptions& options);
// --tensorboard, and an option for each key of this kind of run but the other flag, `tf32`.
void add_key_options(Command& command, RunOptions& options, const RunConfig& defaults);

// What is asked for: configuration file first, command line over it.
void read_asked(RunConfig& config, const RunOptions& options);

struct OpenedRun {
  RunDirectory directory;
  bool resume = false;   // the directory holds a run, which is to go on
  bool goes_on = false;  // and it has come somewhere
};
// The two halves of open_run(), before and after the configuration is that of the run which goes on. asked: the keys that were given.
OpenedRun find_run(const std::string& path, const RunOptions& options);
void settle_run(OpenedRun& run, RunConfig& config, const std::set<std::string>& asked,
                const RunOptions& options);

// The run in the directory `path`, run_directory() of what is asked for. Where it is resumed, `config` becomes its own with the keys
// that were asked for. Throws Error where options exclude each other, there is no run to resume, or one is in the way.
template <class Config>
OpenedRun open_run(Config& config, const std::string& path, const RunOptions& options) {
  const std::set<std::string> asked = config.given;
  OpenedRun run = find_run(path, options);
  if (run.resume) config = run.directory.resume(config);
  settle_run(run, config, asked, options);
  return run;
}

// How its trainer begins.
Start start_of(const OpenedRun& run, const RunOptions& options);

// Says so where a step takes all images that there are.
void warn_of_few_images(int64_t images, const RunConfig& config);

}  // namespace eca
