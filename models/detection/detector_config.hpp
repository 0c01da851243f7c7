// Everything that decides what a detector is. The values below are torchvision's, with the file of its models/detection that they
// stand in; what MMDetection has beside them stands with the ops, in layers/detection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "layers/detection/anchors.hpp"
#include "layers/detection/detection_targets.hpp"
#include "layers/detection/element_losses.hpp"
#include "layers/detection/roi_align.hpp"
#include "models/registry.hpp"

namespace eca {

enum class DetectorKind { retinanet, faster_rcnn, mask_rcnn };

// "retinanet", "faster_rcnn", "mask_rcnn", and back. Throws Error naming the choices.
const char* to_string(DetectorKind kind);
DetectorKind parse_detector_kind(const std::string& text);

// The network that everything stands on.
struct BackboneConfig {
  ModelConfig model;  // name and attention as in models/registry.hpp; classes do not matter
  double width = 1;   // channels of all stages times this; ResNets alone have another
  // Batch norm keeps the running statistics it starts with, and its weights. Only for a backbone with trained weights: torchvision
  // freezes it in those alone (resnet50(norm_layer=FrozenBatchNorm2d)). From scratch it must not (arXiv 1811.08883).
  bool frozen_batch_norm = false;
};

// The feature pyramid: maps of one number of channels, each of half the size of the one before.
struct PyramidConfig {
  int64_t channels = 256;  // backbone_utils.py
  int64_t least_stride =
      4;  // the finest map has a pixel for so many of the image; 8 in RetinaNet (retinanet.py)
  // Maps beyond those of the backbone: every second pixel of the last one (1 in faster_rcnn.py, for proposals alone), or 3x3
  // convolutions of stride 2 on it (2 in retinanet.py), or those on the backbone's last map (its retinanet_resnet50_fpn_v2, and
  // MMDetection's RetinaNet).
  enum class Extra { pool, convolution, convolution_of_backbone } extra = Extra::pool;
  int64_t extra_maps = 1;
};

// What a detector puts out, of all that it found in an image.
struct OutputRules {
  double least_score = 0.05;  // above this
  double nms = 0.5;
  int64_t most = 100;
};

// RetinaNet's heads, and what they are trained on: retinanet.py.
struct RetinaNetConfig {
  int64_t convolutions = 4;  // of each head, before its last one
  int64_t norm_groups =
      0;  // of the group norm behind each of them; 0: none. torchvision's retinanet_resnet50_fpn_v2 has 32
  // What these start from, as a standard deviation; 0: sqrt(2 / (9 channels)), with which a map keeps its size through convolution
  // and ReLU (arXiv 1502.01852v1, eq. 10). With 0.01 it shrinks to a third in each of 256 channels, and to a sixth in each of 64.
  double start = 0.01;
  double prior = 0.01;  // the score that every anchor starts with
  Matcher matcher = {.high = 0.5, .low = 0.4, .low_quality = true};
  FocalOptions focal = {};
  double beta = 0;            // of smooth L1
  int64_t candidates = 1000;  // of a map, before non-maximum suppression
  OutputRules output = {.most = 300};
};

struct ProposalCounts {
  int64_t before_nms;  // of each map
  int64_t after_nms;   // of an image
};

// The region proposal network: faster_rcnn.py, rpn.py.
struct RpnConfig {
  int64_t convolutions = 1;
  double start = 0.01;  // as RetinaNetConfig has it
  TargetRules targets = {};
  double beta = 1. / 9;
  ProposalCounts training = {2000, 2000}, inference = {1000, 1000};
  double nms = 0.7;
  double least_side = 1e-3;
};

// The head that names and refines proposals: faster_rcnn.py, roi_heads.py.
struct BoxHeadConfig {
  RoiAlignOptions pool = {.height = 7, .width = 7};
  double canonical_scale = 224;  // see layers/detection/roi_levels.hpp
  int64_t width = 1024;          // of both fully connected layers
  TargetRules targets = {.matcher = {.high = 0.5, .low = 0.5},
                         .size = {.count = 512, .positive_fraction = 0.25},
                         .coder = {.weights = {10, 10, 5, 5}}};
  double beta = 1. / 9;
  double least_side = 1e-2;
  OutputRules output = {};
};

// Mask R-CNN's: mask_rcnn.py.
struct MaskHeadConfig {
  RoiAlignOptions pool = {.height = 14, .width = 14};  // a mask has twice as many rows and columns
  int64_t convolutions = 4, channels = 256;
  int64_t most_regions = 0;  // of an image, drawn from its sampled regions with an object; 0: all of these
};

struct DetectorConfig {
  DetectorKind kind = DetectorKind::faster_rcnn;
  int64_t classes = 80;  // of objects; background is none of them
  BackboneConfig backbone;
  PyramidConfig pyramid;
  std::vector<AnchorShapes> anchors;  // of each map of the pyramid; as many boxes at a place in each
  RetinaNetConfig retinanet;          // RetinaNet's alone
  RpnConfig rpn;                      // the others'
  BoxHeadConfig box_head;
  MaskHeadConfig mask_head;  // Mask R-CNN's alone
};

// torchvision's detector of that kind on any backbone: anchors as its anchors are to the stride of their map, 8 times (Faster and Mask
// R-CNN), or 4 times, times 2^(1/3) and 2^(2/3) besides, cut to whole numbers (RetinaNet).
// Throws Error as make_model does, and on a backbone without a map of that stride.
DetectorConfig torchvision_detector(DetectorKind kind, const ModelConfig& backbone, int64_t classes);

// The same algorithms cut down for images of about 128 pixels a side and two cores. What differs:
//   backbone   half as many channels in a ResNet whose stem halves twice
//   pyramid    64 channels, no extra map where the backbone reaches stride 32
//   anchors    4 times the stride; RetinaNet 3 times and two more sizes, as above
//   RetinaNet  2 convolutions a head, each with a group norm of 16 groups; 200 candidates of a map; at most 100 objects
//   heads      of RetinaNet and for proposals: start from sqrt(2 / (9 channels))
//   proposals  200 of a map before, 64 after non-maximum suppression; a loss of 64 anchors of an image
//   regions    64 of an image; two layers of 256; level 4 from a side of 64 pixels on
//   masks      2 convolutions of 64 channels, for at most 8 regions of an image in training
DetectorConfig small_detector(DetectorKind kind, const ModelConfig& backbone, int64_t classes);

// The way from the one to the other, cut by cut.
struct DetectorCut {
  std::string name;  // "64 proposals"
  DetectorConfig config;
};
// The first is torchvision_detector(), from a finer map where the backbone has no other; each of the others has the cuts of those before
// it; the last is small_detector(). A cut that changes nothing for this kind and backbone is left out. Throws as small_detector does.
std::vector<DetectorCut> detector_cuts(DetectorKind kind, const ModelConfig& backbone, int64_t classes);

}  // namespace eca
