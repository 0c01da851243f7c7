// The options that say what a weight file does not say itself: --model, --attention, --shortcut, and where images are read
// --classes, --image-size, --mean and --std.
#pragma once

#include <string>

#include "experiments/commands/command_line.hpp"
#include "experiments/training/model_file.hpp"

namespace eca {

struct WeightOptions {
  std::string weights;  // file or run directory
  ModelWishes wishes;
  std::string mean, std;  // as typed: "0.485,0.456,0.406"

  // The wishes with mean and std as numbers. Throws Error.
  ModelWishes all_wishes() const;
  // Loads the network and says on stderr what was understood of the file, a line each. Throws Error, FileError.
  LoadedModel load() const;
};

// --model, --attention and --shortcut.
void add_network_options(Command& command, WeightOptions& options);
// --classes, --image-size, --mean and --std.
void add_image_options(Command& command, WeightOptions& options);

}  // namespace eca
