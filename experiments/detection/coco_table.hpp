// The numbers of a detector as a person reads them.
#pragma once

#include <string>

#include "experiments/detection/coco_ap.hpp"

namespace eca {

// The twelve numbers, each with what it is of, and a row for each class. "-" where there is no object to find.
std::string coco_table(const CocoDataset& set, const std::vector<CocoDetection>& detections,
                       const CocoScores& scores, const CocoApOptions& options);

}  // namespace eca
