// The commands of `eca detect` that have files of their own.
#pragma once

#include "experiments/commands/command_line.hpp"
#include "experiments/commands/machine_options.hpp"

namespace eca {

// Applies them. Throws Error where they ask for a GPU, too.
void apply_on_processor(const MachineOptions& options);

void add_detect_train_command(Command& detect, int& code);
void add_detect_eval_command(Command& detect, int& code);
void add_detect_predict_command(Command& detect, int& code);
void add_make_scenes_command(Command& detect, int& code);
void add_explain_detector_command(Command& detect, int& code);
void add_show_command(Command& detect, int& code);

}  // namespace eca
