// The options --threads, --device, --kernels, --tf32 and --ops, shared by the commands that run a network.
#pragma once

#include <string>

#include "core/base/kernel_mode.hpp"
#include "experiments/commands/command_line.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

struct MachineOptions {
  int threads = 0;              // 0: all cores
  std::string device, kernels;  // as given; empty: not given
  bool tf32 = false;
  std::string ops = to_string(chosen_ops_mode());

  // Throws Error on a value out of range, and on kernels that are not there: of a GPU, without one.
  void apply() const;
};

// Adds them to a command. Call apply() in its callback.
void add_machine_options(Command& command, MachineOptions& options);

// What --help says of --device and of --tf32.
extern const char* const kDeviceHelp;
extern const char* const kTf32Help;

// The kernels that --device (cuda or cpu) and --kernels ask for together; where both are empty, those in force. Throws Error
// where one contradicts the other.
KernelMode asked_kernels(const std::string& device, const std::string& kernels);

}  // namespace eca
