// Faster R-CNN, and Mask R-CNN, which is that and a head for masks: proposals from all maps of a pyramid, then a second look at each,
// in those maps that are the backbone's.
// Source: Faster R-CNN, arXiv 1506.01497v3; FPN, arXiv 1612.03144v2, section 4; Mask R-CNN, arXiv 1703.06870v3; torchvision
//         models/detection/faster_rcnn.py, mask_rcnn.py.
#pragma once

#include "models/detection/detector.hpp"
#include "models/detection/feature_pyramid.hpp"
#include "models/detection/region_proposals.hpp"
#include "models/detection/roi_heads.hpp"

namespace eca {

class FasterRcnn : public Detector {
 public:
  explicit FasterRcnn(const DetectorConfig& config);
  Tensor forward(const Tensor& images) override;

 private:
  DetectorLosses losses_of(const Tensor& images, const std::vector<ImageTargets>& targets,
                           const SampleAddress& address) override;
  std::vector<std::vector<Detection>> detections_of(const Tensor& images) override;
  std::vector<Tensor> maps_for_regions(const std::vector<Tensor>& maps) const;

  PyramidBackbone& backbone_;
  RegionProposals& rpn_;
  RoiHeads& roi_heads_;
};

}  // namespace eca
