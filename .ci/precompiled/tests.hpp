// What most tests include. See "precompiled" in the Makefile.
#include ".ci/precompiled/standard.hpp"
#include "tests/catch.hpp"
