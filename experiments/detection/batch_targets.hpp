// From what the loader puts together to what a detector is trained on.
#pragma once

#include <string>
#include <vector>

#include "data/detection/detection_loader.hpp"
#include "models/detection/detector.hpp"

namespace eca {

CornerBox corners_of(const Box& box);
Box box_of(const CornerBox& corners);

// The objects of each image, without the crowds. Masks are taken along only `with_masks`; then throws Error naming the image of the
// set called `name` where an object has none.
std::vector<ImageTargets> targets_of(const DetectionBatch& batch, bool with_masks, const std::string& name);

}  // namespace eca
