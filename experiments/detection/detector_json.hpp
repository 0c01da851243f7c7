// detector.json of a run directory: every setting of the detector, resolved, so that a run can be told, and repeated by another
// program, without the source of this one: experiments/pytorch_detect_train.py builds torchvision's detector from it.
#pragma once

#include <string>

#include "experiments/detection/detector_file.hpp"

namespace eca {

// {"kind": "faster_rcnn", "classes": [...], "canvas": {...}, "normalisation": {...}, "backbone": {...}, "pyramid": {...},
//  "anchors": [...],                                         of each map
//  "retinanet": {...}, or "rpn": {...}, "box_head": {...}, and "mask_head": {...} of a Mask R-CNN,
//  "parameters": {"backbone.body.conv1.weight": {"init": "normal", "value": 0.03, "decay": true, "trained": true}, ...}}
// with the fields of DetectorConfig under their names. `value` is the constant, the standard deviation or the bound of
// uniform(-value, value); `trained`: not frozen.
std::string detector_json(Detector& network, const DetectorCard& card);

}  // namespace eca
