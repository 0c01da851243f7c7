#pragma once

#include <cstdint>
#include <vector>

#include "core/autograd/tape.hpp"
#include "layers/detection/corner_box.hpp"
#include "layers/detection/roi_levels.hpp"

namespace eca {

// A region of interest: a box in an image of the batch, in pixels of the image.
struct Roi {
  int64_t image;
  CornerBox box;
};

// Source of the defaults: torchvision's detectors on an FPN (faster_rcnn.py; 14 bins for masks, mask_rcnn.py). MMDetection has
// sampling_ratio 0 and aligned (its configs/_base_/models and mmcv's RoIAlign).
struct RoiAlignOptions {
  int64_t height = 7, width = 7;  // bins
  int64_t sampling_ratio =
      2;  // samples of a bin along each axis; 0: so many that they lie at most a pixel apart
  bool aligned =
      false;  // the middle of pixel 0 is 0.5, not 0; and regions may be smaller than a pixel of the map
};

// x (N,H,W,C) of which a pixel is 1/scale pixels of the image -> y (R,height,width,C), region after region. No gradient goes to the
// boxes.
// Throws ShapeError unless x has 4 axes and a pixel; Error on a region of an image that is not there or a box that is not finite,
// naming it, and on options below 1 (sampling_ratio: below 0).
Tensor roi_align(const Tensor& x, double scale, const std::vector<Roi>& rois,
                 const RoiAlignOptions& options = {});

// The same of an FPN's maps, of levels.least to levels.most: each region from the map of its level, of scale 1/2^level.
// Throws besides Error unless there is a map for each level, six at most, and ShapeError unless they have the same N and C.
Tensor roi_align(const std::vector<Tensor>& maps, const RoiLevels& levels, const std::vector<Roi>& rois,
                 const RoiAlignOptions& options = {});

// Where the samples of a region lie along one axis, bin after bin, in pixels of the map; start, end: the box's sides times scale. The
// pixels of the map lie at 0, 1, 2, ...
std::vector<double> roi_samples(double start, double end, int64_t bins, const RoiAlignOptions& options);

}  // namespace eca
