// The commands of `eca detect` that have files of their own.
#pragma once

#include "experiments/commands/command_line.hpp"

namespace eca {

void add_make_scenes_command(Command& detect, int& code);
void add_show_command(Command& detect, int& code);

}  // namespace eca
