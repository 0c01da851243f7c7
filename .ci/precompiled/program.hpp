// The same for the files that are compiled with other flags than the library. See "lower" in the Makefile.
#include ".ci/precompiled/standard.hpp"
