// Everything that decides the numbers of the training of a classifier, by the keys of the command line and of config files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "experiments/training/run_config.hpp"
#include "models/registry.hpp"

namespace eca {

struct TrainConfig : RunConfig {
  TrainConfig();
  const std::vector<ConfigKey>& keys() const override;
  std::unique_ptr<RunConfig> fresh() const override { return std::make_unique<TrainConfig>(); }
  std::unique_ptr<RunConfig> copy() const override { return std::make_unique<TrainConfig>(*this); }

  std::string shortcut;     // A or B; empty: the model's own
  std::string init;         // weight file or run directory to begin with, absolute; empty: random numbers
  std::string freeze;       // patterns of parameters that stay as they are; empty: none
  int64_t image_size = 32;  // image folders only
  int64_t accumulate = 1;   // parts of a batch, one after the other in memory
  double label_smoothing = 0.1;
  std::string class_weights;         // of the loss, see class_weights.hpp; empty: all 1
  std::string sampling = "all";      // every image once an epoch, or "balanced": every class equally often
  int64_t loader_threads = 0;        // see LoaderOptions::threads
  std::string data_memory = "auto";  // see parse_data_memory(); image folders only
  bool tf32 = false;                 // with kernels = cuda, see core/base/kernel_mode.hpp
  bool tensorboard = false;          // event files for TensorBoard, see experiments/tensorboard
};

// Those of TrainConfig.
const std::vector<ConfigKey>& config_keys();

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
