#pragma once

#include <optional>

#include "experiments/explain/report.hpp"

namespace eca {

// What the report says of channels as one picture, as far as it says anything: feature maps before and after attention, gates
// by class (the blocks from left to right, the models one above the other), W of each block with its kernel. Nothing of
// networks without attention.
std::optional<Picture> channel_sheet(const Explanation& report);

}  // namespace eca
