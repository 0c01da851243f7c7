// Twins: the plain loop of a kernel (<kernel>_ref) and its fast rival (<kernel>_fast), with one signature. The
// kernel's public name calls the one that the kernel mode asks for:
//
//   void conv2d_dx(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
//     twin(conv2d_dx_ref, conv2d_dx_fast)(dx, dy, w, s);
//   }
//
// twin() has returned before the kernel begins, so that from an op's backward to the loop there are two hops,
// conv2d_dx and conv2d_dx_ref. With core/debug/gdb_printers.py gdb steps over it.
//
// On a GPU runs what for_each_index (core/kernels/common/for_each_index.hpp) loops over: so the plain loop is the GPU's too where
// each index is its own sum. Where it is not, there is a third twin, <kernel>_cuda, and ECA_TWIN chooses among the three.
#pragma once

#include "core/base/kernel_mode.hpp"

namespace eca::kernels {

// One of two functions of one type, which the compiler checks.
template <class Kernel>
Kernel* twin(Kernel* ref, Kernel* fast) {
  return kernel_mode() == KernelMode::fast ? fast : ref;
}
template <class Kernel>
Kernel* twin(Kernel* ref, Kernel* fast, Kernel* cuda) {
  return kernel_mode() == KernelMode::cuda ? cuda : twin(ref, fast);
}

// A program that is built without CUDA has no third.
#ifdef ECA_CUDA
#define ECA_TWIN(ref, fast, cuda) ::eca::kernels::twin(ref, fast, cuda)
#else
#define ECA_TWIN(ref, fast, cuda) ::eca::kernels::twin(ref, fast)
#endif

}  // namespace eca::kernels
