// Global switches as they were, whatever a test does.
#pragma once

#include <vector>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/cuda/device.hpp"
#include "core/memory/storage.hpp"
#include "core/parallel/threads.hpp"
#include "layers/ops_mode.hpp"

namespace eca::test {

// The modes whose tensors lie where those of the test do: with KERNELS=cuda on the GPU, else on the host.
inline std::vector<KernelMode> kernel_modes() {
  if (kernel_mode() == KernelMode::cuda) return {KernelMode::cuda};
  return {KernelMode::ref, KernelMode::fast};
}

// Those of all twins that can run here; tests that take them in turn make their tensors anew in each.
inline std::vector<KernelMode> twin_modes() {
  std::vector<KernelMode> modes = {KernelMode::ref, KernelMode::fast};
  try {
    cuda::check();
    modes.push_back(KernelMode::cuda);
  } catch (const Error&) {  // no GPU
  }
  return modes;
}

class SettingsRestored {
 public:
  SettingsRestored() = default;
  ~SettingsRestored() {
    set_kernel_mode(mode_);
    set_ops_mode(ops_);
    set_threads(threads_);
    set_check_finite(finite_);
#ifdef ECA_DEBUG
    set_poison(true);
#else
    set_poison(false);
#endif
  }
  SettingsRestored(const SettingsRestored&) = delete;
  SettingsRestored& operator=(const SettingsRestored&) = delete;

 private:
  KernelMode mode_ = kernel_mode();
  OpsMode ops_ = chosen_ops_mode();
  int threads_ = threads();
  bool finite_ = check_finite_enabled();
};

}  // namespace eca::test
