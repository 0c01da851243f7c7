// The second stage of Faster and Mask R-CNN: looks at proposals one by one, says what each is, and where it lies more exactly; and, in
// Mask R-CNN, which of its pixels belong to it.
//   loss_classifier   the mean of softmax cross-entropy over the sampled regions of all images, with background as class 0
//   loss_box_reg      the sum of smooth L1 over the box deltas of those with an object, their class's alone, over the number of all
//   loss_mask         the mean of sigmoid cross-entropy over the pixels of the masks of those with an object, their class's alone
// Regions to train on are drawn from the proposals and the objects' own boxes.
// Source: Faster R-CNN, arXiv 1506.01497v3; Fast R-CNN, arXiv 1504.08083v2, section 2.3; Mask R-CNN, arXiv 1703.06870v3, section 3;
//         torchvision models/detection/roi_heads.py.
#pragma once

#include "models/detection/box_head.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/found_objects.hpp"

namespace eca {

class RoiHeads : public Branches {
 public:
  // strides: of the maps that regions are taken from.
  RoiHeads(const DetectorConfig& config, const std::vector<int64_t>& strides);

  using Proposals = std::vector<std::vector<CornerBox>>;  // of each image

  // maps: of images of that size.
  std::vector<NamedLoss> losses(const std::vector<Tensor>& maps, const ImageSize& size,
                                const Proposals& proposals, const std::vector<ImageTargets>& targets,
                                const SampleAddress& address);
  std::vector<std::vector<Detection>> detections(const std::vector<Tensor>& maps, const ImageSize& size,
                                                 const Proposals& proposals);

  // What the heads put out for regions.
  struct BoxOutputs {
    Tensor scores, deltas;
  };
  BoxOutputs boxes(const std::vector<Tensor>& maps, const std::vector<Roi>& rois);
  Tensor masks(const std::vector<Tensor>& maps, const std::vector<Roi>& rois);  // logits
  bool has_masks() const { return mask_head_ != nullptr; }

 private:
  struct Regions;
  Regions drawn(const Proposals& proposals, const std::vector<ImageTargets>& targets,
                const SampleAddress& address) const;
  Tensor mask_loss(const std::vector<Tensor>& maps, const ImageSize& size, const Regions& regions,
                   const std::vector<ImageTargets>& targets, const SampleAddress& address);
  void add_masks(std::vector<std::vector<Detection>>& found, const std::vector<Tensor>& maps);

  DetectorConfig config_;
  RoiLevels levels_;
  BoxHead& box_head_;
  BoxPredictor& box_predictor_;
  Module *mask_head_ = nullptr, *mask_predictor_ = nullptr;
};

}  // namespace eca
