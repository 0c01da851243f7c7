// What is laid on the regions of a two-stage detector, for boxes and for masks. Names of parameters are torchvision's
// (models/detection/faster_rcnn.py, mask_rcnn.py).
#pragma once

#include "layers/detection/conv_transpose2d.hpp"
#include "layers/linear.hpp"
#include "models/detection/branches.hpp"
#include "models/detection/detector_config.hpp"

namespace eca {

// A fully connected layer on maps: x (R,h,w,I) -> y (R,O). Owns weight (h,w,I,O), in files (O,I*h*w) as PyTorch's of flattened maps
// (I,h,w), and bias (O); both start as Linear's.
class LinearOfMaps : public Module {
 public:
  LinearOfMaps(int64_t height, int64_t width, int64_t in, int64_t out);
  Tensor forward(const Tensor& x) override;

 private:
  Tensor weight_, bias_;
};

// Two layers with ReLU: pooled regions (R,h,w,channels) -> (R,width).
class BoxHead : public Module {
 public:
  BoxHead(const BoxHeadConfig& config, int64_t channels);
  Tensor forward(const Tensor& pooled) override;

 private:
  LinearOfMaps& fc6_;
  Linear& fc7_;
};

// (R,width) -> scores (R,1+classes), background first, and deltas (R,(1+classes)*4).
class BoxPredictor : public Branches {
 public:
  BoxPredictor(int64_t width, int64_t classes);
  Tensor scores(const Tensor& x);
  Tensor deltas(const Tensor& x);

 private:
  Linear &cls_score_, &bbox_pred_;
};

// (R,h,w,channels) -> logits (R,2h,2w,1+classes), of which the background's are not used.
class MaskPredictor : public Module {
 public:
  MaskPredictor(int64_t channels, int64_t classes);
  Tensor forward(const Tensor& x) override;

 private:
  ConvTranspose2d& conv5_mask_;
  Module& mask_fcn_logits_;
};

}  // namespace eca
