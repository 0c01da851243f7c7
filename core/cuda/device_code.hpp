// ECA_DEVICE marks what a GPU runs too, which nvcc has to know: the body of a loop over an index, and the functions it calls.
#pragma once

#ifdef __CUDACC__
#define ECA_DEVICE __host__ __device__
#else
#define ECA_DEVICE
#endif
