#include "models/detection/detector.hpp"

#include "core/autograd/check.hpp"
#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "core/parallel/leaves.hpp"
#include "layers/state_dict.hpp"
#include "models/detection/faster_rcnn.hpp"
#include "models/detection/found_objects.hpp"
#include "models/detection/retinanet.hpp"

namespace eca {

static void check_images(const Tensor& images) {
  check_rank("detector", "images", images, "N,H,W,C");
  if (images.numel() > 0 && images.dim(3) == 3) return;
  shape_error("detector", "expected images with three channels", {{"images", images, "N,H,W,C"}});
}

DetectorLosses Detector::losses(const Tensor& images, const std::vector<ImageTargets>& targets,
                                const SampleAddress& address) {
  if (batch_is_shared()) {
    throw Error(
        "detector: a batch that several ranks share, expected one process: the regions of a batch are no "
        "multiple of its images, and so no part of its losses is a rank's");
  }
  check_images(images);
  check_targets(images, targets, config_.classes, config_.kind == DetectorKind::mask_rcnn);
  DetectorLosses losses = losses_of(images, targets, address);
  losses.sum = losses.parts.front().value;
  for (size_t i = 1; i < losses.parts.size(); ++i) losses.sum = add(losses.sum, losses.parts[i].value);
  return losses;
}

std::vector<std::vector<Detection>> Detector::detect(const Tensor& images) {
  check_images(images);
  const NoGrad no_grad;
  return detections_of(images);
}

std::unique_ptr<Detector> make_detector(const DetectorConfig& config) {
  if (config.classes < 1) {
    throw Error("detector: " + std::to_string(config.classes) + " classes, expected at least 1");
  }
  if (config.kind == DetectorKind::retinanet) return std::make_unique<RetinaNet>(config);
  return std::make_unique<FasterRcnn>(config);
}

// Of ResNets "fc"; of MobileNetV2 also the last convolution, which no map comes from.
static bool is_of_classifier(const std::string& name) {
  return name.starts_with("fc.") || name.starts_with("classifier.") || name.starts_with("features.18.");
}

void load_backbone(Detector& detector, const TensorFile& classifier) {
  detector.name_parameters();
  TensorFile of_body = {.tensors = {}, .metadata = {}, .path = classifier.path};
  for (const auto& [name, tensor] : classifier.tensors) {
    if (!is_of_classifier(name)) of_body.tensors.emplace("backbone.body." + name, tensor);
  }
  load_state(*detector.find("backbone.body"), of_body);
}

}  // namespace eca
