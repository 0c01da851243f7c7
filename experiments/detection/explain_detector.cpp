#include "experiments/detection/explain_detector.hpp"

#include <algorithm>
#include <bit>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "experiments/detection/batch_targets.hpp"
#include "experiments/detection/explain_anchors.hpp"
#include "experiments/detection/explain_found.hpp"
#include "experiments/detection/explain_maps.hpp"
#include "experiments/detection/explain_masks.hpp"
#include "experiments/detection/explain_proposals.hpp"
#include "models/detection/feature_pyramid.hpp"

namespace eca {

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
  PyramidAnchors anchors;

  std::vector<CornerBox> object_boxes() const {
    std::vector<CornerBox> boxes;
    for (const DetectionObject* object : objects) boxes.push_back(corners_of(object->box));
    return boxes;
  }
};

}  // namespace

static SeenImage seen_by(Detector& detector, const ExplainedScene& scene) {
  auto& backbone = part_of<PyramidBackbone>(detector, "backbone");
  auto& body = part_of<NetworkBody>(detector, "backbone.body");
  SeenImage seen = {.canvas = scene.canvas,
                    .objects = {},
                    .of_body = body.maps(scene.input),
                    .maps = backbone.maps(scene.input),
                    .strides = backbone.strides(),
                    .strides_of_body = backbone.strides_of_body(),
                    .anchors = {}};
  seen.of_body.erase(seen.of_body.begin(), seen.of_body.end() - std::ssize(seen.strides_of_body));
  seen.anchors = pyramid_anchors(detector.config().anchors, seen.strides, seen.maps);
  for (const DetectionObject& object : scene.canvas.objects) {
    if (!object.crowd) seen.objects.push_back(&object);
  }
  return seen;
}

static Picture pyramid_picture(const SeenImage& seen) {
  const auto named = [&](const char* letter, const std::vector<Tensor>& maps) {
    std::vector<NamedMap> all;
    for (size_t i = 0; i < maps.size(); ++i)
      all.push_back({letter + std::to_string(log2_of(seen.strides[i])), maps[i]});
    return all;
  };
  return pyramid_picture(named("c", seen.of_body), named("p", seen.maps));
}

// anchors, matches, pyramid
static std::vector<NamedPicture> first_pictures(const SeenImage& seen, const DetectorConfig& config) {
  std::vector<MapSize> sizes;
  for (size_t i = 0; i < seen.maps.size(); ++i)
    sizes.push_back({seen.maps[i].dim(1), seen.maps[i].dim(2), seen.strides[i]});
  const Image& image = seen.canvas.image;
  return {{"anchors", anchors_picture(image, seen.anchors, sizes)},
          {"matches", matches_picture(image, seen.anchors.boxes, seen.object_boxes(), anchor_rules(config))},
          {"pyramid", pyramid_picture(seen)}};
}

static Picture suppression_picture(const SeenImage& seen, const ScoredBoxes& scored,
                                   const DetectorConfig& config) {
  constexpr int64_t kShownProposals = 24;
  return suppression_picture(seen.canvas.image, scored, config.rpn.nms, kShownProposals);
}

static Picture roi_align_picture(const SeenImage& seen, const CornerBox& region,
                                 const DetectorConfig& config) {
  const RoiLevels levels = {.least = log2_of(seen.strides_of_body.front()),
                            .most = log2_of(seen.strides_of_body.back()),
                            .canonical_scale = config.box_head.canonical_scale};
  const std::vector<Tensor> maps(seen.maps.begin(), seen.maps.begin() + std::ssize(seen.strides_of_body));
  return roi_align_picture(seen.canvas.image, maps, levels, region, config.box_head.pool);
}

// The side of the masks of a Mask R-CNN, in numbers.
static int64_t mask_side(const DetectorConfig& config) { return 2 * config.mask_head.pool.height; }

static bool shows_mask(const DetectionObject& object, const DetectorConfig& config) {
  return config.kind == DetectorKind::mask_rcnn && object.mask;
}

std::vector<NamedPicture> explain_untrained(Detector& detector, const ExplainedScene& scene) {
  const NoGrad no_grad;
  detector.eval();
  const DetectorConfig& config = detector.config();
  const SeenImage seen = seen_by(detector, scene);
  std::vector<NamedPicture> pictures = first_pictures(seen, config);
  if (config.kind == DetectorKind::retinanet || seen.objects.empty()) return pictures;
  const ScoredBoxes proposals =
      half_known_proposals(seen.anchors, seen.object_boxes(), config.rpn.inference.before_nms);
  pictures.push_back({"suppression", suppression_picture(seen, proposals, config)});
  const DetectionObject& largest =
      **std::max_element(seen.objects.begin(), seen.objects.end(),
                         [](const auto* a, const auto* b) { return a->box.area() < b->box.area(); });
  const CornerBox box = corners_of(largest.box);
  pictures.push_back({"roi_align", roi_align_picture(seen, box, config)});
  if (!shows_mask(largest, config)) return pictures;
  const Image& image = scene.canvas.image;
  const int64_t M = mask_side(config);
  const std::vector<float> numbers =
      mask_numbers(decode_rle(*largest.mask), image.height, image.width, box, M);
  pictures.push_back({"masks", masks_picture(image, largest, {box, M, numbers})});
  return pictures;
}

static ScoredBoxes proposals_of(Detector& detector, const SeenImage& seen) {
  auto& rpn = part_of<RegionProposals>(detector, "rpn");
  const Image& image = seen.canvas.image;
  return rpn
      .candidates(rpn.outputs(seen.maps), detector.config().rpn.inference.before_nms,
                  {image.height, image.width})
      .front();
}

std::vector<NamedPicture> explain_trained(Detector& detector, const std::vector<std::string>& classes,
                                          const ExplainedScene& scene) {
  const NoGrad no_grad;
  detector.eval();
  const DetectorConfig& config = detector.config();
  const SeenImage seen = seen_by(detector, scene);
  const std::vector<Detection> found = detector.detect(scene.input).front();
  std::vector<NamedPicture> pictures = first_pictures(seen, config);
  if (config.kind != DetectorKind::retinanet) {
    pictures.push_back({"suppression", suppression_picture(seen, proposals_of(detector, seen), config)});
    if (const auto [object, detection] = largest_found(seen.objects, found); object != nullptr) {
      pictures.push_back({"roi_align", roi_align_picture(seen, detection->box, config)});
      if (shows_mask(*object, config)) {
        const BoxMask mask = {detection->box, mask_side(config), detection->mask};
        pictures.push_back({"masks", masks_picture(scene.canvas.image, *object, mask)});
      }
    }
  }
  constexpr double kShownScore = 0.5;
  pictures.push_back({"found", found_picture(scene.canvas, scene.classes, found, classes, kShownScore)});
  return pictures;
}

}  // namespace eca
