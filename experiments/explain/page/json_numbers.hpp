#pragma once

#include <string>

#include "experiments/explain/report.hpp"

namespace eca {

// The numbers of a report for other programs, as a JSON object: of each model the answers to the images, deletion, insertion
// and share on the object with their controls and intervals, and of each block the gates' numbers, means by class, the
// structure of W and the kernel. What is not finite, as the correlation of gates that do not vary, is null.
std::string json_numbers(const Explanation& report, const std::string& environment);

}  // namespace eca
