// The one floating-point type of the library. `make REAL=double` rebuilds everything with double, so that the
// gradient checks of tests/ run the very code that trains.
#pragma once

#include <cstdint>

namespace eca {

#ifdef ECA_REAL_DOUBLE
using real = double;
inline constexpr const char* kRealName = "double";
#else
using real = float;
inline constexpr const char* kRealName = "float";
#endif

}  // namespace eca
