#include "experiments/commands/machine_options.hpp"

#include "core/base/kernel_mode.hpp"
#include "core/parallel/threads.hpp"

namespace eca {

void MachineOptions::apply() const {
  set_threads(threads == 0 ? available_cores() : threads);
  set_kernel_mode(parse_kernel_mode(kernels));
  set_ops_mode(parse_ops_mode(ops));
}

void add_machine_options(Command& command, MachineOptions& options) {
  command.add_option("--threads", options.threads, "0: all cores; never changes a number [0]");
  command.add_option(
      "--kernels", options.kernels,
      "fast, or ref: plain loops to read and step through (default: fast; ref in debug builds)");
  command.add_option("--ops", options.ops,
                     "fused, plain: blocks op by op, or by-kernels: plain beside ref [by-kernels]");
}

}  // namespace eca
