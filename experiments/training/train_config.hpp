// Everything that decides the numbers of a training run, by the keys of the command line and of config files.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/base/kernel_mode.hpp"
#include "layers/ops_mode.hpp"
#include "models/registry.hpp"

namespace eca {

struct TrainConfig {
  std::string model = "eca_resnet20";
  std::string attention;  // empty: what the model's name says
  std::string shortcut;   // empty: the model's own
  std::string init;       // weight file or run directory to begin with, absolute; empty: random numbers
  std::string freeze;     // patterns of parameters that stay as they are; empty: none
  std::string data = "synthetic";  // its paths absolute
  int64_t image_size = 32;         // image folders only
  int64_t epochs = 10;
  int64_t steps = 0;  // 0: epochs decide; else the run ends after so many steps
  int64_t batch_size = 128;
  int64_t accumulate = 1;  // parts of a batch, one after the other in memory
  std::string optimizer = "sgd";
  double lr = 0.2;  // of sgd, see complete_from_optimizer()
  std::string schedule = "triangular";
  double momentum = 0.9;
  bool nesterov = true;
  double weight_decay = 5e-4;
  double label_smoothing = 0.1;
  std::string class_weights;     // of the loss, see class_weights.hpp; empty: all 1
  std::string sampling = "all";  // every image once an epoch, or "balanced": every class equally often
  std::string augment = "crop+flip";
  int64_t seed = 1;
  int64_t threads = 0;                             // 0: all cores
  int64_t loader_threads = 0;                      // see LoaderOptions::threads
  std::string data_memory = "auto";                // see parse_data_memory(); image folders only
  std::string kernels = to_string(kernel_mode());  // the build's own: fast, in debug builds ref
  bool tf32 = false;                               // with kernels = cuda, see core/base/kernel_mode.hpp
  std::string ops = to_string(chosen_ops_mode());
  int64_t evaluate_every = 1;    // epochs
  double checkpoint_every = 30;  // seconds
  bool tensorboard = false;      // event files for TensorBoard, see experiments/tensorboard
  std::string out;               // empty: see run_directory()

  // The keys that were given, by config file or command line.
  std::set<std::string> given;
};

// One key: its text form both ways. Setting throws Error naming key, value and what was expected.
struct ConfigKey {
  std::string name;         // "batch-size"
  std::string description;  // for --help
  bool decides_numbers;     // false: may change between an interrupted run and its continuation
  std::function<std::string(const TrainConfig&)> get;
  std::function<void(TrainConfig&, const std::string&)> set;
};
const std::vector<ConfigKey>& config_keys();

// Sets one key and marks it as given. Throws Error on an unknown key, with the nearest one.
void set_key(TrainConfig& config, const std::string& key, const std::string& value);

// Lines "key = value" and comments, see config_lines.hpp. Throws FileError naming file and line.
void read_config_file(TrainConfig& config, const std::string& path);
void read_config_text(TrainConfig& config, const std::string& text, const std::string& path);

// All keys but those that the optimiser does not use, one line each: reading it back gives the same configuration.
std::string to_text(const TrainConfig& config);

// Throws Error on values that make no run, before anything is loaded or written.
void check_config(const TrainConfig& config);

// Throws Error if an image size was asked for, and the data are no folder of images: all others have a size of
// their own. `named`: the size is on the command line. Otherwise one that is not the default is a wish.
void check_image_size(const TrainConfig& config, bool named);

// The network's part. in_channels and classes come from the data.
ModelConfig model_config(const TrainConfig& config, int64_t in_channels, int64_t classes);

// config.out, or the default one: runs/MODEL-DATA-seedN, with "-tuned" behind it where the run begins with weights.
std::string run_directory(const TrainConfig& config);

}  // namespace eca
