#pragma once

namespace eca {

// Floating-point operations a second of this machine in large matrix products, one on each thread: what convolutions
// are measured against. Takes a fraction of a second.
double gemm_peak_flops();

}  // namespace eca
