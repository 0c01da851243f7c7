// Everything that decides the numbers of the training of a detector, by the keys of the command line and of config files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/detection/placement.hpp"
#include "experiments/training/run_config.hpp"
#include "models/detection/detector_config.hpp"

namespace eca {

struct DetectConfig : RunConfig {
  DetectConfig();
  const std::vector<ConfigKey>& keys() const override { return detect_config_keys(); }
  std::unique_ptr<RunConfig> fresh() const override { return std::make_unique<DetectConfig>(); }
  std::unique_ptr<RunConfig> copy() const override { return std::make_unique<DetectConfig>(*this); }
  static const std::vector<ConfigKey>& detect_config_keys();

  std::string shortcut;        // of the backbone: A or B; empty: its own
  std::string backbone_width;  // a number; empty: the detector's own
  std::string
      backbone_weights;  // weight file or run directory of a classifier, absolute; empty: random numbers
  std::string init;      // of a detector, absolute; empty: random numbers
  std::string freeze;    // patterns of parameters that stay as they are; empty: none
  bool frozen_batch_norm = false;  // of the backbone
  std::string image_size = "128";  // see parse_canvas()
  bool tensorboard = false;        // event files for TensorBoard, see experiments/tensorboard
};

// "128", or height and width, "96x128", of the canvas that the network looks at. Throws Error.
CanvasSize parse_canvas(const std::string& text);
std::string to_string(const CanvasSize& canvas);

// Throws Error on values that make no run, before anything is loaded or written.
void check_config(const DetectConfig& config);

// What the network is. Throws Error on names and options that cannot be.
DetectorConfig detector_config(const DetectConfig& config, int64_t classes);

// config.out, or the default one: runs/DETECTOR-NETWORK-DATA-seedN, with "-tuned" behind it where the run begins with weights.
std::string run_directory(const DetectConfig& config);

}  // namespace eca
