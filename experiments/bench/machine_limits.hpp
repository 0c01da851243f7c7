// What this machine can do at most, measured in a fraction of a second: the two lines of a roofline. A layer that
// computes much for each byte is held against the first, one that computes little against the second.
// Source: Williams, Waterman, Patterson, "Roofline: an insightful visual performance model", 2009.
#pragma once

namespace eca {

// Floating-point operations a second in large matrix products, one on each thread, or on the GPU where that computes.
double gemm_peak_flops();

// Bytes a second, read and written together, in c = a + b over arrays larger than the caches, with all threads.
double memory_bandwidth();

}  // namespace eca
