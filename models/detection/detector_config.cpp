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

DetectorConfig torchvision_detector(DetectorKind kind, const ModelConfig& backbone, int64_t classes) {
  DetectorConfig config = {.kind = kind, .classes = classes, .backbone = {.model = backbone}};
  const bool retinanet = kind == DetectorKind::retinanet;
  if (retinanet) {
    config.pyramid.least_stride = 8;
    config.pyramid.extra = PyramidConfig::Extra::convolution;
    config.pyramid.extra_maps = 2;
  }
  config.anchors = anchors_by_stride(config, retinanet ? 4 : 8, /*octaves=*/retinanet);
  return config;
}

DetectorConfig small_detector(DetectorKind kind, const ModelConfig& backbone, int64_t classes) {
  DetectorConfig config = {.kind = kind, .classes = classes, .backbone = {.model = backbone}};
  const bool retinanet = kind == DetectorKind::retinanet;
  const std::vector<BodyMap> body = make_body(backbone)->map_sizes();
  const bool resnet = family_of(backbone.name).base.starts_with("resnet");
  if (resnet && body.front().stride == 4) config.backbone.width = 0.5;
  config.pyramid = {.channels = 64,
                    .least_stride = std::min<int64_t>(retinanet ? 8 : 4, body.back().stride),
                    .extra = retinanet ? PyramidConfig::Extra::convolution : PyramidConfig::Extra::pool,
                    .extra_maps = 0};
  for (int64_t stride = body.back().stride; stride < 32; stride *= 2) ++config.pyramid.extra_maps;
  config.anchors = anchors_by_stride(config, retinanet ? 3 : 4, /*octaves=*/retinanet);
  config.retinanet.convolutions = 2;
  config.retinanet.candidates = 200;
  config.retinanet.output.most = 100;
  config.rpn.training = config.rpn.inference = {.before_nms = 200, .after_nms = 64};
  config.rpn.targets.size.count = 64;
  config.box_head.canonical_scale = 64;
  config.box_head.width = 256;
  config.box_head.targets.size.count = 64;
  config.mask_head.convolutions = 2;
  config.mask_head.channels = 64;
  config.mask_head.most_regions = 8;
  return config;
}

}  // namespace eca
