#pragma once

#include "experiments/explain/report.hpp"

namespace eca {

// Channels of one block before and after its attention, in the order of their gates: the 16 with the largest gates, then the 16
// with the smallest; all of them if there are no more. Each has its number and gate above its two maps. All maps share one scale
// of colours, from minus the largest size to plus it, so that a small gate shows as a pale map. `columns` side by side.
Picture feature_map_picture(const BlockMaps& block, int64_t columns = 8);

}  // namespace eca
