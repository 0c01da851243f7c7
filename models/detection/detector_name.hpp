// Detectors by name, as users type them: KIND:NETWORK, "faster_rcnn:eca_resnet50", and small_KIND:NETWORK for those cut down for
// images of about 128 pixels a side; with +ATTENTION behind it where that is not the network's own: "small_mask_rcnn:resnet18+eca:k=3".
#pragma once

#include <string>
#include <vector>

#include "models/detection/detector_config.hpp"

namespace eca {

struct DetectorName {
  std::string detector;            // "small_mask_rcnn"; empty where the text names a network by itself
  std::string network, attention;  // attention: empty where there is no '+'

  bool small() const;
};
// Any text has such parts; what they name is looked at by detector_config().
DetectorName split_detector_name(const std::string& text);

// "retinanet", "small_retinanet", ...
std::vector<std::string> detector_names();

// small_detector() or torchvision_detector() of that kind on `backbone`. Throws as they do, and Error on another name, with the
// nearest one.
DetectorConfig detector_config(const std::string& detector, const ModelConfig& backbone, int64_t classes);

}  // namespace eca
