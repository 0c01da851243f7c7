// How long threads spin where they wait for each other. g++'s and clang's OpenMP by default spin for milliseconds before
// they sleep. That is quick while every thread has a core to itself; beside another busy program, the core on which a
// thread spins is the one that the thread it waits for would need, and training falls to a quarter of its speed.
#pragma once

namespace eca {

// Makes waiting threads sleep after some microseconds. To be called first in main: g++'s OpenMP reads its limit from the
// environment, when the program is loaded, so the program then starts itself anew (same process, same arguments). Does
// nothing where the environment already says how to wait (OMP_WAIT_POLICY, GOMP_SPINCOUNT or KMP_BLOCKTIME), and in
// builds that run one thread (ref kernels).
void bound_waiting(char** argv);

}  // namespace eca
