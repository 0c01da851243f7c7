// What each cut from torchvision's detector to the small one saves.
#pragma once

#include <string>
#include <vector>

#include "experiments/stat/quantity.hpp"
#include "experiments/stat/report.hpp"

namespace eca {

// Of a small detector, "small_mask_rcnn:eca_resnet18": of each of its detector_cuts() one report, called as the cut,
// all with the small one's input. Throws Error where the subject is none, and what make_report throws.
std::vector<Report> cut_reports(const Subject& subject, const Rules& rules);

// One line a cut: parameters and MACs, and what is left of those of the line above.
std::string cuts_table(const std::vector<Report>& reports, QuantityFormat format);

}  // namespace eca
