#pragma once

#include <optional>

#include "experiments/explain/report.hpp"

namespace eca {

// Whether the places that the maps name matter: of each model the curves of deletion and insertion, and the numbers with their
// intervals. Nothing if no test images were averaged over.
std::optional<Picture> removal_sheet(const Explanation& report, int64_t width);

}  // namespace eca
