// The steps of a detector on one image, as pictures.
#pragma once

#include <string>
#include <vector>

#include "data/detection/detection_loader.hpp"
#include "experiments/drawing/picture.hpp"
#include "models/detection/detector.hpp"

namespace eca {

struct NamedPicture {
  std::string name;  // "anchors"
  Picture picture;
};

// anchors, matches, pyramid; of detectors with a second stage suppression and roi_align, and of Mask R-CNN masks. suppression is of
// half_known_proposals(); roi_align and masks are of the image's largest object.
// What needs an object is left out where the image has none, or none with a mask; of crowds nothing is shown.
// canvas: the image as the network sees it, and what is on it; input: the same, normalised (1,H,W,3).
// Leaves the network in evaluation mode.
std::vector<NamedPicture> explain_detector(Detector& detector, const DetectionExample& canvas,
                                           const Tensor& input);

}  // namespace eca
