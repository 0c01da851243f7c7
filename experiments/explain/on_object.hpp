#pragma once

#include <cstdint>

#include "experiments/explain/map.hpp"

namespace eca {

// How much of a map lies on the object:
//   share = sum_{hw on the object} relu(L[h,w]) / sum_hw relu(L[h,w])         mask (H,W), 1 on the object
// A map that is the same everywhere has the object's share of the area. -1 where no value of the map is above 0.
// Source: the energy-based pointing game of Wang et al., Score-CAM, arXiv 1910.01279v2, section 4.3, with a mask for a box.
double share_on_object(const Map& map, const uint8_t* mask);

// The object's share of the area; 0 if there is none.
double object_area(const uint8_t* mask, int64_t pixels);

}  // namespace eca
