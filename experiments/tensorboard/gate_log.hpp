// How far the channel attention of a network opens its gates, while it is trained.
#pragma once

#include <vector>

#include "data/image_set.hpp"
#include "experiments/explain/gates.hpp"
#include "layers/module.hpp"

namespace eca {

struct GateStatistics {
  double mean = 0, deviation = 0, min = 0, max = 0;  // deviation: of the population
};
GateStatistics statistics_of(const std::vector<double>& values);

// The gates of each module for the first images of a set, at most `most`, in evaluation mode; `at_once` of them on one tape.
// Leaves the network as it was. Empty if no module weighs channels.
std::vector<GateTable> gates_of_first(Module& network, const ImageSet& set,
                                      const Normalisation& normalisation, int64_t most, int64_t at_once);

}  // namespace eca
