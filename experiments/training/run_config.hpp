// What every training is told, whatever it trains, by the keys of the command line and of config files. TrainConfig is that of
// classifiers, experiments/detection/detect_config.hpp that of detectors.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/kernel_mode.hpp"
#include "experiments/training/config_key.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

struct RunConfig {
  virtual ~RunConfig() = default;
  // All of this kind, in the order of config.txt.
  virtual const std::vector<ConfigKey>& keys() const = 0;
  // One of this kind, with its defaults.
  virtual std::unique_ptr<RunConfig> fresh() const = 0;
  virtual std::unique_ptr<RunConfig> copy() const = 0;

  // Each kind has its own defaults of these.
  std::string model;
  std::string attention;  // empty: what the model's name says
  std::string data;       // its paths absolute
  std::string augment;
  int64_t epochs = 0;
  int64_t batch_size = 0;
  double lr = 0;  // of the default optimiser, see complete_from_optimizer()
  std::string schedule;
  bool nesterov = false;
  double weight_decay = 0;

  int64_t steps = 0;  // 0: epochs decide; else the run ends after so many steps
  std::string optimizer = "sgd";
  double momentum = 0.9;
  int64_t seed = 1;
  int64_t threads = 0;                             // 0: all cores
  std::string kernels = to_string(kernel_mode());  // the build's own: fast, in debug builds ref
  std::string ops = to_string(chosen_ops_mode());
  int64_t evaluate_every = 1;    // epochs
  double checkpoint_every = 30;  // seconds
  std::string out;               // run directory; empty: one named after the run

  // The keys that were given, by config file or command line.
  std::set<std::string> given;
};

// Sets one key and marks it as given. Throws Error on an unknown key, with the nearest one.
void set_key(RunConfig& config, const std::string& key, const std::string& value);

// Lines "key = value" and comments, see config_lines.hpp. Throws FileError naming file and line.
void read_config_file(RunConfig& config, const std::string& path);
void read_config_text(RunConfig& config, const std::string& text, const std::string& path);

// All keys but those that the optimiser does not use, one line each: reading it back gives the same configuration.
std::string to_text(const RunConfig& config);

// Throws Error on values that make no run. Network, data and augmentation are for each kind to check.
void check_run_config(const RunConfig& config);

}  // namespace eca
