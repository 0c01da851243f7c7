// Do the places that a map names matter to the answer? Pixels are taken away, or given back, in the order of the map, and the
// probability of the class is watched.
//   deletion    the image with its first share s of pixels set to the mean colour     a good map makes it fall at once
//   insertion   the mean colour with the first share s of the image's pixels          a good map makes it rise at once
//   area        of the curve over s from 0 to 1, by trapezoids
// Source: Petsiuk et al., RISE, arXiv 1806.07421v3, section 4.2 and algorithm 1.
// Deviates: insertion begins with the mean colour too, where RISE begins with a blurred image: of an image of 32 pixels, a blur
// that hides the object leaves little else.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/explain/map.hpp"
#include "layers/module.hpp"

namespace eca {

struct RemovalCurves {
  std::vector<double> deletion, insertion;  // (steps+1), the probability at s = 0, 1/steps, ..., 1
};

// Of image x (1,H,W,C), whose mean colour is 0, for class k and a map (H,W): the largest values first, equal ones in an order
// drawn from `lot`, so that a map that is the same everywhere is the control, a random order. Runs the network on steps + 1
// images at a time, without recording. Throws Error unless the map has the image's extents and steps is at least 1.
RemovalCurves removal_curves(Module& network, const Tensor& x, int64_t k, const Map& map, int64_t steps,
                             uint64_t lot);

double area_under(const std::vector<double>& curve);

}  // namespace eca
