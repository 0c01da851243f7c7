#include "models/detection/detector_config.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "models/detection/feature_pyramid.hpp"

namespace eca {

static constexpr struct {
  DetectorKind kind;
  const char* name;
} kKinds[] = {{DetectorKind::retinanet, "retinanet"},
              {DetectorKind::faster_rcnn, "faster_rcnn"},
              {DetectorKind::mask_rcnn, "mask_rcnn"}};

const char* to_string(DetectorKind kind) {
  return std::find_if(std::begin(kKinds), std::end(kKinds), [&](const auto& k) { return k.kind == kind; })
      ->name;
}

DetectorKind parse_detector_kind(const std::string& text) {
  for (const auto& [kind, name] : kKinds) {
    if (text == name) return kind;
  }
  throw Error("detector: \"" + text + "\", expected retinanet, faster_rcnn or mask_rcnn");
}

// Sizes of so many times the stride of each map; with octaves two more between one and the next, cut to whole numbers.
static std::vector<AnchorShapes> anchors_by_stride(const DetectorConfig& config, int64_t times,
                                                   bool octaves) {
  const std::vector<BodyMap> body = make_body(config.backbone.model, config.backbone.width)->map_sizes();
  std::vector<AnchorShapes> anchors;
  for (const int64_t stride : pyramid_strides(body, config.pyramid, config.backbone.model.name)) {
    const auto size = static_cast<double>(times * stride);
    AnchorShapes shapes = {.sizes = {size}};
    if (octaves)
      shapes.sizes = {size, std::floor(size * std::exp2(1. / 3)), std::floor(size * std::exp2(2. / 3))};
    anchors.push_back(shapes);
  }
  return anchors;
}

// torchvision's, where the finest map has that stride.
static DetectorConfig detector_from_stride(DetectorKind kind, const ModelConfig& backbone, int64_t classes,
                                           int64_t least_stride) {
  DetectorConfig config = {.kind = kind, .classes = classes, .backbone = {.model = backbone}};
  const bool retinanet = kind == DetectorKind::retinanet;
  config.pyramid.least_stride = least_stride;
  if (retinanet) {
    config.pyramid.extra = PyramidConfig::Extra::convolution;
    config.pyramid.extra_maps = 2;
  }
  config.anchors = anchors_by_stride(config, retinanet ? 4 : 8, /*octaves=*/retinanet);
  return config;
}

static int64_t stride_to_begin_from(DetectorKind kind) { return kind == DetectorKind::retinanet ? 8 : 4; }

DetectorConfig torchvision_detector(DetectorKind kind, const ModelConfig& backbone, int64_t classes) {
  return detector_from_stride(kind, backbone, classes, stride_to_begin_from(kind));
}

static void cut_second_stage(std::vector<DetectorCut>& cuts, DetectorConfig config) {
  config.rpn.training = config.rpn.inference = {.before_nms = 200, .after_nms = 64};
  config.rpn.targets.size.count = 64;
  config.box_head.targets.size.count = 64;
  cuts.push_back({"64 proposals", config});
  config.box_head.canonical_scale = 64;
  config.box_head.width = 256;
  cuts.push_back({"two layers of 256 on a region", config});
  if (config.kind != DetectorKind::mask_rcnn) return;
  config.mask_head.convolutions = 2;
  config.mask_head.channels = 64;
  config.mask_head.most_regions = 8;
  cuts.push_back({"masks by 2 convolutions of 64", config});
}

static void cut_retinanet(std::vector<DetectorCut>& cuts, DetectorConfig config) {
  config.retinanet.convolutions = 2;
  config.retinanet.candidates = 200;
  config.retinanet.output.most = 100;
  config.retinanet.norm_groups = 16;  // no cut: without it heads take long to begin to learn
  cuts.push_back({"2 convolutions a head, with group norm", config});
}

std::vector<DetectorCut> detector_cuts(DetectorKind kind, const ModelConfig& backbone, int64_t classes) {
  const std::vector<BodyMap> body = make_body(backbone)->map_sizes();
  const bool retinanet = kind == DetectorKind::retinanet;
  DetectorConfig config = detector_from_stride(
      kind, backbone, classes, std::min<int64_t>(stride_to_begin_from(kind), body.back().stride));
  std::vector<DetectorCut> cuts = {{"torchvision's settings", config}};

  const bool resnet = family_of(backbone.name).base.starts_with("resnet");
  if (resnet && body.front().stride == 4) {
    config.backbone.width = 0.5;
    cuts.push_back({"half as many channels in the backbone", config});
  }
  config.pyramid.channels = 64;
  config.retinanet.start = config.rpn.start = 0;  // heads of so few channels would hardly see their maps
  cuts.push_back({"64 channels in the pyramid", config});
  config.pyramid.extra_maps = 0;
  for (int64_t stride = body.back().stride; stride < 32; stride *= 2) ++config.pyramid.extra_maps;
  config.anchors = anchors_by_stride(config, retinanet ? 3 : 4, /*octaves=*/retinanet);
  cuts.push_back({"maps up to stride 32, smaller anchors", config});
  if (retinanet) {
    cut_retinanet(cuts, config);
  } else {
    cut_second_stage(cuts, config);
  }
  return cuts;
}

DetectorConfig small_detector(DetectorKind kind, const ModelConfig& backbone, int64_t classes) {
  return detector_cuts(kind, backbone, classes).back().config;
}

}  // namespace eca
