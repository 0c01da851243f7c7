// The options --threads, --kernels and --ops, shared by the commands that run a network.
#pragma once

#include <string>

#include "core/base/kernel_mode.hpp"
#include "experiments/commands/command_line.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

struct MachineOptions {
  int threads = 0;                                 // 0: all cores
  std::string kernels = to_string(kernel_mode());  // the build's own: fast, in debug builds ref
  std::string ops = to_string(chosen_ops_mode());

  // Throws Error on a value out of range.
  void apply() const;
};

// Adds them to a command. Call apply() in its callback.
void add_machine_options(Command& command, MachineOptions& options);

}  // namespace eca
