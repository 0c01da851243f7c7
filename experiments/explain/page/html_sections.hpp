// The sections of a page, one file each. A section of which the report has nothing is empty.
#pragma once

#include <string>

#include "experiments/explain/report.hpp"

namespace eca {

std::string maps_section(const Explanation& report);
std::string averages_section(const Explanation& report);
std::string features_section(const Explanation& report);
std::string gates_section(const Explanation& report);
std::string kernels_section(const Explanation& report);

}  // namespace eca
