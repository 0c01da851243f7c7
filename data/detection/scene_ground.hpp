// What lies below the items of a scene.
#pragma once

#include <vector>

#include "core/base/random.hpp"

namespace eca {

// (size,size,3) in 0..1: two colours mixed by value noise of three grids, each twice as fine and half as strong as the one before,
// and in half of all grounds by stripes that the noise bends. `random` is the scene's stream.
std::vector<double> draw_ground(int64_t size, Random& random);

}  // namespace eca
