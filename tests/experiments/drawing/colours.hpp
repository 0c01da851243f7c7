#pragma once

#include "experiments/drawing/picture.hpp"

namespace eca::test {

inline constexpr Colour kRed = {255, 0, 0}, kWhite = {255, 255, 255}, kBlack = {0, 0, 0};

}  // namespace eca::test
