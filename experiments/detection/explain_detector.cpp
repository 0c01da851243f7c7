#include "experiments/detection/explain_detector.hpp"

#include <algorithm>
#include <bit>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "experiments/detection/explain_anchors.hpp"
#include "experiments/detection/explain_maps.hpp"
#include "experiments/detection/explain_masks.hpp"
#include "experiments/detection/explain_proposals.hpp"
#include "models/detection/feature_pyramid.hpp"

namespace eca {

static CornerBox corners(const Box& box) { return {box.x, box.y, box.x + box.width, box.y + box.height}; }

static int log2_of(int64_t stride) { return std::countr_zero(static_cast<uint64_t>(stride)); }

// A module of the detector by its path and kind.
template <class Kind>
static Kind& part_of(Detector& detector, const std::string& path) {
  auto* part = dynamic_cast<Kind*>(detector.find(path));
  if (part == nullptr) throw Error("explain: the detector has no " + path);
  return *part;
}

namespace {

// What the network makes of one image.
struct SeenImage {
  const DetectionExample& canvas;
  std::vector<const DetectionObject*> objects;  // without crowds
  std::vector<Tensor> of_body, maps;
  std::vector<int64_t> strides, strides_of_body;
};

}  // namespace

static SeenImage seen_by(Detector& detector, const DetectionExample& canvas, const Tensor& input) {
  auto& backbone = part_of<PyramidBackbone>(detector, "backbone");
  auto& body = part_of<NetworkBody>(detector, "backbone.body");
  SeenImage seen = {.canvas = canvas,
                    .objects = {},
                    .of_body = body.maps(input),
                    .maps = backbone.maps(input),
                    .strides = backbone.strides(),
                    .strides_of_body = backbone.strides_of_body()};
  seen.of_body.erase(seen.of_body.begin(), seen.of_body.end() - std::ssize(seen.strides_of_body));
  for (const DetectionObject& object : canvas.objects) {
    if (!object.crowd) seen.objects.push_back(&object);
  }
  return seen;
}

static std::vector<CornerBox> object_boxes(const SeenImage& seen) {
  std::vector<CornerBox> boxes;
  for (const DetectionObject* object : seen.objects) boxes.push_back(corners(object->box));
  return boxes;
}

static void add_anchor_pictures(std::vector<NamedPicture>& pictures, const SeenImage& seen,
                                const PyramidAnchors& anchors, const DetectorConfig& config) {
  std::vector<MapSize> sizes;
  for (size_t i = 0; i < seen.maps.size(); ++i)
    sizes.push_back({seen.maps[i].dim(1), seen.maps[i].dim(2), seen.strides[i]});
  pictures.push_back({"anchors", anchors_picture(seen.canvas.image, anchors, sizes)});
  pictures.push_back({"matches", matches_picture(seen.canvas.image, anchors.boxes, object_boxes(seen),
                                                 anchor_rules(config))});
}

static void add_pyramid_picture(std::vector<NamedPicture>& pictures, const SeenImage& seen) {
  const auto named = [&](const char* letter, const std::vector<Tensor>& maps) {
    std::vector<NamedMap> all;
    for (size_t i = 0; i < maps.size(); ++i)
      all.push_back({letter + std::to_string(log2_of(seen.strides[i])), maps[i]});
    return all;
  };
  pictures.push_back({"pyramid", pyramid_picture(named("c", seen.of_body), named("p", seen.maps))});
}

static void add_region_pictures(std::vector<NamedPicture>& pictures, const SeenImage& seen,
                                const PyramidAnchors& anchors, const DetectorConfig& config) {
  if (config.kind == DetectorKind::retinanet || seen.objects.empty()) return;
  constexpr int64_t kShownProposals = 24;
  pictures.push_back(
      {"suppression",
       suppression_picture(seen.canvas.image,
                           half_known_proposals(anchors, object_boxes(seen), config.rpn.inference.before_nms),
                           config.rpn.nms, kShownProposals)});
  const DetectionObject& largest =
      **std::max_element(seen.objects.begin(), seen.objects.end(),
                         [](const auto* a, const auto* b) { return a->box.area() < b->box.area(); });
  const RoiLevels levels = {.least = log2_of(seen.strides_of_body.front()),
                            .most = log2_of(seen.strides_of_body.back()),
                            .canonical_scale = config.box_head.canonical_scale};
  const std::vector<Tensor> maps(seen.maps.begin(), seen.maps.begin() + std::ssize(seen.strides_of_body));
  pictures.push_back({"roi_align", roi_align_picture(seen.canvas.image, maps, levels, corners(largest.box),
                                                     config.box_head.pool)});
  if (config.kind != DetectorKind::mask_rcnn || !largest.mask) return;
  pictures.push_back({"masks", masks_picture(seen.canvas.image, decode_rle(*largest.mask),
                                             corners(largest.box), 2 * config.mask_head.pool.height)});
}

std::vector<NamedPicture> explain_detector(Detector& detector, const DetectionExample& canvas,
                                           const Tensor& input) {
  const NoGrad no_grad;
  detector.eval();
  const SeenImage seen = seen_by(detector, canvas, input);
  std::vector<NamedPicture> pictures;
  const PyramidAnchors anchors = pyramid_anchors(detector.config().anchors, seen.strides, seen.maps);
  add_anchor_pictures(pictures, seen, anchors, detector.config());
  add_pyramid_picture(pictures, seen);
  add_region_pictures(pictures, seen, anchors, detector.config());
  return pictures;
}

}  // namespace eca
