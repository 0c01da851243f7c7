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
// A third twin, on a GPU, is a third value of KernelMode and a third argument here.
#pragma once

#include "core/base/kernel_mode.hpp"

namespace eca::kernels {

// One of two functions of one type, which the compiler checks.
template <class Kernel>
Kernel* twin(Kernel* ref, Kernel* fast) {
  return kernel_mode() == KernelMode::ref ? ref : fast;
}

}  // namespace eca::kernels
