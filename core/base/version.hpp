#pragma once

namespace eca {

// Of the program and the library, also in the .pc file of `make install`.
inline constexpr const char* kVersion = "1.0";

}  // namespace eca
