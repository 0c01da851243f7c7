#include "experiments/commands/machine_options.hpp"

#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"

namespace eca {

const char* const kDeviceHelp = "cuda: a GPU, short for --kernels cuda; cpu: never one";

const char* const kTf32Help = "on a GPU, round the factors of matrix products to TF32: faster, other numbers";

KernelMode asked_kernels(const std::string& device, const std::string& kernels) {
  if (!device.empty() && device != "cuda" && device != "cpu") {
    throw Error("device: \"" + device + "\", expected cuda or cpu");
  }
  const bool on_gpu = device == "cuda";
  if (kernels.empty()) {
    if (on_gpu) return KernelMode::cuda;
    return device.empty() ? kernel_mode() : built_in_kernel_mode();
  }
  const KernelMode mode = parse_kernel_mode(kernels);
  if (!device.empty() && on_gpu != (mode == KernelMode::cuda)) {
    throw Error("device: " + device + ", but kernels: " + kernels + "; expected " +
                (on_gpu ? "cuda beside it, or no --kernels" : "fast or ref beside it"));
  }
  return mode;
}

void MachineOptions::apply() const {
  set_threads(threads == 0 ? cores_of_this_rank() : threads);
  set_kernel_mode(asked_kernels(device, kernels));
  if (ranks() > 1 && kernel_mode() == KernelMode::cuda) {
    throw Error("device: a GPU works for one process, and mpirun has started " + std::to_string(ranks()) +
                "; leave out mpirun, or --device cuda");
  }
  if (tf32 && kernel_mode() != KernelMode::cuda) {
    throw Error(std::string("tf32: expected a GPU, --device cuda, but the kernels are ") +
                to_string(kernel_mode()));
  }
  set_tf32(tf32);
  set_ops_mode(parse_ops_mode(ops));
}

void add_machine_options(Command& command, MachineOptions& options) {
  command.add_option("--threads", options.threads, "0: all cores; never changes a number [0]");
  command.add_option("--device", options.device, kDeviceHelp);
  command.add_option("--kernels", options.kernels,
                     "fast, ref: plain loops to read and step through, or cuda: on a GPU (default: fast; ref "
                     "in debug builds)");
  command.add_flag("--tf32", options.tf32, kTf32Help);
  command.add_option("--ops", options.ops,
                     "fused, plain: blocks op by op, or by-kernels: plain beside ref [by-kernels]");
}

}  // namespace eca
