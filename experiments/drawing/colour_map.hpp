// Colours for numbers.
#pragma once

#include "experiments/drawing/picture.hpp"

namespace eca {

// 0 to 1, from black over violet, red and orange to a light yellow: brightness grows evenly with the value, so that it is read
// aright without colours too. What lies outside has the colour of the nearer end, NaN is grey.
// Source: inferno of matplotlib (CC0), straight lines between ten of its colours.
Colour heat_colour(double value);

// -1 to 1, from blue over a light grey to red; 0 has a colour of its own.
// Source: RdBu of ColorBrewer 2.0 (Apache licence), straight lines between seven of its colours.
Colour signed_colour(double value);

}  // namespace eca
