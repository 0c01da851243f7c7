// Detectors: networks that say where objects are in an image, and which.
//
//   auto detector = make_detector(small_detector(DetectorKind::faster_rcnn, {.name = "eca_resnet18"}, /*classes=*/10));
//   detector->initialise(seed);
//   Tape tape;
//   const DetectorLosses losses = detector->losses(images, targets, {.seed = seed, .step = step});
//   tape.backward(losses.sum);
//   ...
//   detector->eval();
//   for (const std::vector<Detection>& found : detector->detect(images)) ...
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/files/safetensors.hpp"
#include "layers/detection/corner_box.hpp"
#include "layers/module.hpp"
#include "models/detection/detector_config.hpp"

namespace eca {

// An object that a detector shall find. Groups of objects that nobody told apart (COCO's crowds) are none: whoever makes the targets
// leaves them out.
struct TargetObject {
  CornerBox box;      // sides above 0
  int32_t label = 0;  // 0 to classes-1
  std::vector<uint8_t> mask =
      {};  // of the whole image, (H,W), 0 or 1; Mask R-CNN needs it, others pass over it
};
using ImageTargets = std::vector<TargetObject>;  // of one image; none is allowed

// What is drawn in a training step, anchors and regions for the losses, is drawn from this address and the image's place in the
// batch alone: the same step draws the same in any process, at any number of threads.
struct SampleAddress {
  uint64_t seed = 0, step = 0;
};

struct NamedLoss {
  std::string name;
  Tensor value;  // ()
};

struct DetectorLosses {
  // In torchvision's names. RetinaNet: classification, bbox_regression. Others: loss_objectness, loss_rpn_box_reg, loss_classifier,
  // loss_box_reg; Mask R-CNN loss_mask besides.
  std::vector<NamedLoss> parts;
  Tensor sum;  // (); what backward starts from
};

// An object that was found.
struct Detection {
  CornerBox box;  // inside the image
  int32_t label = 0;
  double score = 0;
  std::vector<float> mask = {};  // (M,M) numbers from 0 to 1 over the box, for paste_mask; Mask R-CNN's alone
};

class Detector : public Module {
 public:
  explicit Detector(DetectorConfig config) : config_(std::move(config)) {}

  const DetectorConfig& config() const { return config_; }

  // Images (N,H,W,3), in whatever numbers the backbone is fed; targets of each. The whole of training's forward pass.
  // Throws Error unless there are targets for each image, and where an object is not as TargetObject says, naming it; ShapeError on
  // images. Refuses a batch that several ranks share (core/parallel/leaves.hpp): the regions of a batch are no multiple of its
  // images, and so no part of it is a rank's.
  DetectorLosses losses(const Tensor& images, const std::vector<ImageTargets>& targets,
                        const SampleAddress& address);

  // What is found in each image, from the highest score down. Records nothing. Call eval() first, or batch norm takes its statistics
  // from these images.
  std::vector<std::vector<Detection>> detect(const Tensor& images);

  // All that detect() computes on the tape, for counting and drawing it, with as many regions as there can be, wherever. Returns the
  // last map or matrix of class scores.
  Tensor forward(const Tensor& images) override = 0;

 protected:
  virtual DetectorLosses losses_of(const Tensor& images, const std::vector<ImageTargets>& targets,
                                   const SampleAddress& address) = 0;
  virtual std::vector<std::vector<Detection>> detections_of(const Tensor& images) = 0;

 private:
  DetectorConfig config_;
};

// Parameters are called as torchvision's: backbone.body.layer1.0.conv1.weight, backbone.fpn.inner_blocks.0.0.weight, head...., rpn....,
// roi_heads..... Differs: in its RetinaNet class 0 is background, which has outputs that nobody trains.
// Throws Error on a config that does not hold together, naming what, expected and found.
std::unique_ptr<Detector> make_detector(const DetectorConfig& config);

// The weights of a network that classifies, for the backbone; those of its classifier are left out.
// Throws FileError, and changes nothing, where they are of another network than the backbone's.
void load_backbone(Detector& detector, const TensorFile& classifier);

}  // namespace eca
