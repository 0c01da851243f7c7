// ECA_DEVICE marks what a GPU runs too, which nvcc has to know: the body of a loop over an index, and the functions it calls.
// ECA_UNROLL stands before a loop of a few steps over an array: once nvcc has written them all out, its elements are registers.
#pragma once

#ifdef __CUDACC__
#define ECA_DEVICE __host__ __device__
#define ECA_UNROLL _Pragma("unroll")
#else
#define ECA_DEVICE
#define ECA_UNROLL
#endif
