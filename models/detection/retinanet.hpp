// RetinaNet: two heads look at every place of every map, one says for each anchor which objects it has there, the other how their
// boxes differ from it.
//   classification    1/N sum_n 1/objects_n sum over anchors and classes of the focal loss        objects_n: anchors of image n that
//   bbox_regression   1/N sum_n 1/objects_n sum over anchors with an object of |d|                  have an object, at least 1
// Anchors between the matcher's thresholds are in neither. d: differences of box deltas.
// Source: RetinaNet, arXiv 1708.02002v2, sections 3 and 4; torchvision models/detection/retinanet.py.
// Deviates: a class has an output of its own, background none (see make_detector); an object that no anchor overlaps has none (see
// layers/detection/matcher.hpp).
#pragma once

#include "models/detection/branches.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/feature_pyramid.hpp"
#include "models/detection/pyramid_anchors.hpp"

namespace eca {

// Convolutions, and a last one that has `last_name` and so many outputs: (N,h,w,channels) -> (N,h,w,outputs).
class RetinaNetHead : public Module {
 public:
  struct Last {
    std::string name;
    int64_t outputs;
    double bias;  // to start from
  };
  RetinaNetHead(int64_t channels, const RetinaNetConfig& config, const Last& last);
  Tensor forward(const Tensor& map) override;

 private:
  ConvRelus& conv_;
  Module& last_;
};

struct RetinaNetHeads : Branches {
  RetinaNetHead &classification, &regression;
  RetinaNetHeads(const DetectorConfig& config, int64_t anchors_at_place);
};

class RetinaNet : public Detector {
 public:
  explicit RetinaNet(const DetectorConfig& config);
  Tensor forward(const Tensor& images) override;

 private:
  // Of each map: logits (N,h,w,A*K) and deltas (N,h,w,A*4), anchor after anchor at a place.
  struct Outputs {
    std::vector<Tensor> logits, deltas;
    PyramidAnchors anchors;
  };
  Outputs outputs(const Tensor& images);
  DetectorLosses losses_of(const Tensor& images, const std::vector<ImageTargets>& targets,
                           const SampleAddress& address) override;
  std::vector<std::vector<Detection>> detections_of(const Tensor& images) override;

  PyramidBackbone& backbone_;
  RetinaNetHeads& head_;
};

}  // namespace eca
