// The region proposal network: one small head looks at every place of every map and says for each anchor whether an object is there,
// whichever, and how its box differs. What it is surest of are the proposals.
//   loss_objectness     the mean of sigmoid cross-entropy over the sampled anchors of all images
//   loss_rpn_box_reg    the sum of smooth L1 over the box deltas of those with an object, over the number of all sampled
// Proposals are numbers, not on the tape: no gradient goes through them.
// Source: Faster R-CNN, arXiv 1506.01497v3, section 3; FPN, arXiv 1612.03144v2, section 4.1; torchvision models/detection/rpn.py.
// Deviates: proposals are ranked by logits; torchvision ranks by their sigmoids, which are equal where both are 1 in floating point.
#pragma once

#include <utility>

#include "models/detection/branches.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/found_objects.hpp"
#include "models/detection/pyramid_anchors.hpp"

namespace eca {

// (N,h,w,channels) -> logits (N,h,w,A) and deltas (N,h,w,A*4).
class RpnHead : public Branches {
 public:
  RpnHead(int64_t channels, const RpnConfig& config, int64_t anchors_at_place);
  std::pair<Tensor, Tensor> logits_and_deltas(const Tensor& map);

 private:
  ConvRelus& conv_;
  Module &cls_logits_, &bbox_pred_;
};

class RegionProposals : public Branches {
 public:
  // strides: of the pyramid's maps.
  RegionProposals(const DetectorConfig& config, const std::vector<int64_t>& strides);

  // What the head says of each map, and the anchors that it says it of.
  struct Outputs {
    std::vector<Tensor> logits, deltas;
    PyramidAnchors anchors;
  };
  Outputs outputs(const std::vector<Tensor>& maps);

  // The best anchors of each map of an image, as the boxes that they stand for, inside of the image. Without those that have no side left.
  struct Candidates {
    std::vector<CornerBox> boxes;
    std::vector<double> scores;  // logits
    std::vector<int32_t> maps;   // that each comes from
  };
  // Of each image; at most `of_map` from each map.
  std::vector<Candidates> candidates(const Outputs& outputs, int64_t of_map, const ImageSize& size) const;
  // Those that non-maximum suppression leaves of them, of each image, from the surest down; boxes lie in images of that size.
  std::vector<std::vector<CornerBox>> proposals(const Outputs& outputs, const ProposalCounts& counts,
                                                const ImageSize& size) const;

  // loss_objectness and loss_rpn_box_reg. Anchors are drawn from (seed, step, image).
  std::vector<NamedLoss> losses(const Outputs& outputs, const std::vector<ImageTargets>& targets,
                                const SampleAddress& address) const;

 private:
  std::vector<AnchorShapes> shapes_;
  std::vector<int64_t> strides_;
  RpnConfig config_;
  RpnHead& head_;
};

}  // namespace eca
