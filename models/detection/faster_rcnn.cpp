#include "models/detection/faster_rcnn.hpp"

namespace eca {

FasterRcnn::FasterRcnn(const DetectorConfig& config)
    : Detector(config),
      backbone_(add_child<PyramidBackbone>("backbone", config.backbone, config.pyramid)),
      rpn_(add_child<RegionProposals>("rpn", config, backbone_.strides())),
      roi_heads_(add_child<RoiHeads>("roi_heads", config, backbone_.strides_of_body())) {}

static ImageSize size_of(const Tensor& images) { return {.height = images.dim(1), .width = images.dim(2)}; }

std::vector<Tensor> FasterRcnn::maps_for_regions(const std::vector<Tensor>& maps) const {
  return {maps.begin(), maps.begin() + std::ssize(backbone_.strides_of_body())};
}

DetectorLosses FasterRcnn::losses_of(const Tensor& images, const std::vector<ImageTargets>& targets,
                                     const SampleAddress& address) {
  const std::vector<Tensor> maps = backbone_.maps(images);
  const RegionProposals::Outputs seen = rpn_.outputs(maps);
  const auto proposals = rpn_.proposals(seen, config().rpn.training, size_of(images));
  DetectorLosses losses = {.parts = rpn_.losses(seen, targets, address), .sum = {}};
  for (const NamedLoss& part :
       roi_heads_.losses(maps_for_regions(maps), size_of(images), proposals, targets, address)) {
    losses.parts.push_back(part);
  }
  return losses;
}

std::vector<std::vector<Detection>> FasterRcnn::detections_of(const Tensor& images) {
  const std::vector<Tensor> maps = backbone_.maps(images);
  const auto proposals = rpn_.proposals(rpn_.outputs(maps), config().rpn.inference, size_of(images));
  return roi_heads_.detections(maps_for_regions(maps), size_of(images), proposals);
}

// Regions are the whole image: what is computed does not depend on where they lie.
Tensor FasterRcnn::forward(const Tensor& images) {
  const std::vector<Tensor> maps = backbone_.maps(images);
  rpn_.outputs(maps);
  const auto regions = [&](int64_t of_image) {
    const CornerBox whole = {0, 0, static_cast<double>(images.dim(2)), static_cast<double>(images.dim(1))};
    std::vector<Roi> rois;
    for (int64_t n = 0; n < images.dim(0); ++n)
      rois.insert(rois.end(), static_cast<size_t>(of_image), {n, whole});
    return rois;
  };
  const std::vector<Tensor> of_body = maps_for_regions(maps);
  const Tensor scores = roi_heads_.boxes(of_body, regions(config().rpn.inference.after_nms)).scores;
  if (roi_heads_.has_masks()) roi_heads_.masks(of_body, regions(config().box_head.output.most));
  return scores;
}

}  // namespace eca
