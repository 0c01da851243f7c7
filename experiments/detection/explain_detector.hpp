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

// An image as the network sees it, and what is on it.
struct ExplainedScene {
  DetectionExample canvas;
  Tensor input;                      // the same, normalised (1,H,W,3)
  std::vector<std::string> classes;  // of the objects
};

// anchors, matches, pyramid; of detectors with a second stage suppression and roi_align, and of Mask R-CNN masks. suppression is of
// half_known_proposals(); roi_align and masks are of the image's largest object.
// What needs an object is left out where the image has none, or none with a mask; of crowds nothing is shown.
// Leaves the network in evaluation mode.
std::vector<NamedPicture> explain_untrained(Detector& detector, const ExplainedScene& scene);

// The same of a network that knows `classes`: suppression is of its own proposals; roi_align is of what it found of the
// largest_found(), and masks beside the mask that it found of it; both are left out where it found none. And found, what is on the
// image beside all that was found with a score of at least 0.5.
std::vector<NamedPicture> explain_trained(Detector& detector, const std::vector<std::string>& classes,
                                          const ExplainedScene& scene);

}  // namespace eca
